import { z } from "zod";

const detailSchema = z.looseObject({ name: z.string(), value: z.string() });

export const attachmentSchema = z.looseObject({
  id: z.string().optional(),
  status: z.string(),
  details: z.array(detailSchema).optional(),
});

export type Attachment = z.infer<typeof attachmentSchema>;

/** Tasks share the host's network here. */
const ADDRESS = "127.0.0.1";

/** The network interface of a new task. Which one it is, is only known once it is there. */
export function newInterface(id: string, subnet: string): Attachment {
  return {
    id,
    type: "ElasticNetworkInterface",
    status: "PRECREATED",
    details: [{ name: "subnetId", value: subnet }],
  };
}

/** The interface once it is attached. Its names come from its id, so they are the same after a restart. */
export function attachInterface(attachment: Attachment, region: string): Attachment {
  const digits = (attachment.id ?? "").replaceAll(/[^0-9a-f]/g, "").padEnd(32, "0");
  const mac = digits.slice(20, 30).match(/../g) ?? [];
  const host = `ip-${ADDRESS.replaceAll(".", "-")}`;
  const details = [
    { name: "networkInterfaceId", value: `eni-${digits.slice(0, 17)}` },
    { name: "macAddress", value: ["02", ...mac].join(":") },
    { name: "privateDnsName", value: `${host}.${region}.compute.internal` },
    { name: "privateIPv4Address", value: ADDRESS },
  ];
  return {
    ...attachment,
    status: "ATTACHED",
    details: [...(attachment.details ?? []), ...details],
  };
}

/** How a container shows that it uses the task's interface. */
export function interfacesOf(attachments: readonly Attachment[]): Record<string, string>[] {
  return attachments.map(({ id = "" }) => ({ attachmentId: id, privateIpv4Address: ADDRESS }));
}
