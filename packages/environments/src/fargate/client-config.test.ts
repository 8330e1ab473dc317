import { describe, expect, it } from "vitest";
import { clientConfig } from "./client-config.ts";

const DEFAULTS = {
  region: "us-east-1",
  endpoint: "http://127.0.0.1:4210",
  credentials: { accessKeyId: "default", secretAccessKey: "default" },
};

describe("clientConfig", () => {
  it("takes the author's arguments before the agent's", () => {
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    expect(
      clientConfig({ region: "eu-west-1", credentials, maxAttempts: 7 }, DEFAULTS),
    ).toMatchObject({
      region: "eu-west-1",
      endpoint: DEFAULTS.endpoint,
      credentials,
      maxAttempts: 7,
    });
  });

  it("gives the SDK credentials that it may write into", () => {
    const credentials = Object.freeze({ accessKeyId: "a", secretAccessKey: "b" });
    for (const config of [clientConfig({ credentials }), clientConfig({}, { credentials })]) {
      expect(Object.isFrozen(config.credentials)).toBe(false);
    }
  });

  it("maps the original's names", () => {
    const args = {
      regionName: "eu-west-1",
      awsAccessKeyId: "a",
      awsSecretAccessKey: "b",
      awsSessionToken: "c",
    };
    const config = clientConfig(args, DEFAULTS);
    expect(config).toMatchObject({
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" },
    });
    expect(config).not.toHaveProperty("awsAccessKeyId");
  });

  it("leaves the rest to the SDK's own chain", () => {
    expect(Object.keys(clientConfig({ cpu: "256", awsAccessKeyId: "", regionName: "" }))).toEqual([
      "requestHandler",
    ]);
  });

  it("limits how long a call may take, unless the author does", () => {
    expect(clientConfig({}).requestHandler).toMatchObject({ requestTimeout: 30_000 });
    const requestHandler = { requestTimeout: 5 };
    expect(clientConfig({ requestHandler }).requestHandler).toMatchObject({
      requestTimeout: 5,
      connectionTimeout: 5_000,
    });
  });
});
