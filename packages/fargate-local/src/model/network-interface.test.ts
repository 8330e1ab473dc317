import { describe, expect, it } from "vitest";
import { attachInterface, interfacesOf, newInterface } from "./network-interface.ts";

const ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";

describe("a task's network interface", () => {
  it("has only its subnet until it is attached, and then its names", () => {
    const created = newInterface(ID, "subnet-1");
    expect(created).toMatchObject({
      status: "PRECREATED",
      details: [{ name: "subnetId", value: "subnet-1" }],
    });
    const attached = attachInterface(created, "eu-west-1");
    expect(attached).toEqual({
      id: ID,
      type: "ElasticNetworkInterface",
      status: "ATTACHED",
      details: [
        { name: "subnetId", value: "subnet-1" },
        { name: "networkInterfaceId", value: "eni-0a1b2c3d4e5f4a6b8" },
        { name: "macAddress", value: "02:9e:0f:1a:2b:3c" },
        { name: "privateDnsName", value: "ip-127-0-0-1.eu-west-1.compute.internal" },
        { name: "privateIPv4Address", value: "127.0.0.1" },
      ],
    });
  });

  it("is named by the containers that use it", () => {
    expect(interfacesOf([newInterface(ID, "subnet-1")])).toEqual([
      { attachmentId: ID, privateIpv4Address: "127.0.0.1" },
    ]);
  });
});
