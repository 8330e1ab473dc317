import type { Probe } from "../../doctor/check.ts";
import type { Scrubber } from "../../scrub.ts";
import type { CloudClients } from "../cloud-clients.ts";
import { cloudCall } from "../cloud-error.ts";

export interface PlaceSubject {
  readonly clients: CloudClients;
  readonly scrubber: Scrubber;
}

/** Whether a region and credentials are found at all; without them nothing else can be tried. */
export function placeProbe({ clients, scrubber }: PlaceSubject): Probe {
  const call = {
    service: "ECS",
    operation: "GetCredentials",
    endpoint: clients.endpoint,
    scrubber,
  };
  return {
    action: "region and credentials",
    resource: clients.endpoint,
    how: "looked for them as the AWS SDK does",
    run: () =>
      cloudCall(call, async () => {
        const { reads } = await clients.ecs();
        const region = await reads.config.region();
        const { accessKeyId } = await reads.config.credentials();
        return { ok: true, message: `region ${region}, access key ${accessKeyId}` };
      }),
  };
}
