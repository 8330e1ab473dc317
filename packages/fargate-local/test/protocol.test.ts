import { request } from "node:http";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./local-fargate.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

describe("what the protocol refuses", () => {
  const target = "AmazonEC2ContainerServiceV20141113";
  const signed = "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/ecs/aws4_request, Signature=x";
  const post = async (headers: Record<string, string>, body = "{}") => {
    const response = await fetch(bench.server.url, { method: "POST", headers, body });
    return { status: response.status, body: await response.json() };
  };

  it.each([
    [
      "an unknown operation",
      { "X-Amz-Target": `${target}.Fly`, Authorization: signed },
      "{}",
      400,
      "UnknownOperationException",
    ],
    [
      "another service",
      { "X-Amz-Target": "Other.RunTask", Authorization: signed },
      "{}",
      400,
      "UnknownOperationException",
    ],
    [
      "no signature",
      { "X-Amz-Target": `${target}.ListTasks` },
      "{}",
      400,
      "MissingAuthenticationTokenException",
    ],
    [
      "no JSON",
      { "X-Amz-Target": `${target}.ListTasks`, Authorization: signed },
      "{",
      400,
      "SerializationException",
    ],
    [
      "a wrong type",
      { "X-Amz-Target": `${target}.RunTask`, Authorization: signed },
      '{"count":"one"}',
      400,
      "SerializationException",
    ],
  ])("%s", async (_name, headers, text, status, type) => {
    expect(await post(headers, text)).toMatchObject({ status, body: { __type: type } });
  });

  it("takes null for absent, as AWS does", async () => {
    const headers = { "X-Amz-Target": `${target}.ListTasks`, Authorization: signed };
    expect(await post(headers, '{"cluster":null}')).toMatchObject({ status: 200 });
  });

  it("a web page, and a name that is made to point here", async () => {
    const headers = { "X-Amz-Target": `${target}.ListTasks`, Authorization: signed };
    expect(await post({ ...headers, Origin: "http://evil.example" })).toMatchObject({
      status: 403,
    });
    const status = await new Promise((resolve) => {
      request(bench.server.url, { method: "POST", headers: { ...headers, Host: "evil.example" } })
        .once("response", (response) => resolve(response.resume().statusCode))
        .end("{}");
    });
    expect(status).toBe(403);
  });
});

describe("the identity that doctors ask for", () => {
  it("is the account of all ARNs", async () => {
    const sts = new STSClient({
      endpoint: bench.server.url,
      region: "eu-central-1",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
    });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:user/local",
    });
    const other = sts.send(new GetSessionTokenCommand({}));
    await expect(other).rejects.toMatchObject({ name: "InvalidAction" });
    sts.destroy();
  });
});
