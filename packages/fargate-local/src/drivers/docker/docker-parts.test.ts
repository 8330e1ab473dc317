import { describe, expect, it } from "vitest";
import { createInput } from "./create-input.ts";
import { dockerSocket } from "./docker-client.ts";
import { parseImageName, toEngineReference } from "./image-name.ts";
import { createFrameReader } from "./log-frames.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

describe("parseImageName", () => {
  it.each([
    ["busybox", "busybox", "latest", "busybox:latest"],
    ["host:5000/a/b", "host:5000/a/b", "latest", "host:5000/a/b:latest"],
    ["host:5000/a:v1", "host:5000/a", "v1", "host:5000/a:v1"],
    [`host:5000/a@${DIGEST}`, "host:5000/a", DIGEST, `host:5000/a@${DIGEST}`],
    [`a:v1@${DIGEST}`, "a", DIGEST, `a@${DIGEST}`],
  ])("reads %s", (reference, fromImage, tag, again) => {
    expect(parseImageName(reference)).toEqual({ fromImage, tag });
    expect(toEngineReference({ fromImage, tag })).toBe(again);
  });
});

describe("createFrameReader", () => {
  it("puts frames together, wherever the transport cuts them", () => {
    const frame = (text: string) => {
      const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
      header.writeUInt32BE(text.length, 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    const stream = Buffer.concat([frame("one\n"), frame(""), frame("two\n")]);
    for (let size = 1; size <= stream.length; size++) {
      let text = "";
      const read = createFrameReader(({ bytes }) => {
        text += bytes.toString();
      });
      for (let at = 0; at < stream.length; at += size) void read(stream.subarray(at, at + size));
      expect(text).toBe("one\ntwo\n");
    }
  });

  it("tells when and where each message was written, and keeps spaces in it", () => {
    const frame = (stream: number, text: string) => {
      const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
      header.writeUInt32BE(text.length, 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    const chunks: unknown[] = [];
    const read = createFrameReader(({ bytes, ...rest }) => {
      chunks.push({ text: bytes.toString(), ...rest });
    });
    void read(frame(1, "2026-01-02T03:04:05.678912345Z a b\n"));
    void read(frame(2, "no time here"));
    expect(chunks).toEqual([
      { text: "a b\n", source: "stdout", at: Date.parse("2026-01-02T03:04:05.678Z") },
      { text: "no time here", source: "stderr" },
    ]);
  });
});

describe("createInput", () => {
  const request = {
    taskArn: "arn",
    taskId: "id",
    container: { name: "flow", image: "busybox", command: ["d"], dockerLabels: { own: "1" } },
    override: undefined,
    image: { reference: "busybox" },
    variables: { A: "1" },
    memoryMib: 512,
    memoryReservationMib: undefined,
    cpuUnits: undefined,
    taskCpuUnits: 512,
    mounts: [],
    output: () => undefined,
    health: () => {},
  };
  const engine = { owner: "/data", platform: "linux", processors: 2 } as const;

  it("says whose the container is, what it may take, and what to run", () => {
    expect(createInput(request, [], engine)).toEqual({
      Image: "busybox:latest",
      Env: ["A=1"],
      Cmd: ["d"],
      Healthcheck: { Test: ["NONE"] },
      Labels: {
        own: "1",
        "slipway.owner": "/data",
        "slipway.task": "arn",
        "slipway.task-id": "id",
        "slipway.container": "flow",
      },
      HostConfig: {
        NetworkMode: "host",
        Memory: 512 * 1024 * 1024,
        MemorySwap: 512 * 1024 * 1024,
        NanoCpus: 500_000_000,
        ReadonlyRootfs: false,
        Init: false,
      },
    });
  });

  it("takes the host's network on Linux alone", () => {
    const input = createInput(request, [], { ...engine, platform: "darwin" });
    expect(input).not.toHaveProperty("HostConfig.NetworkMode");
  });

  it("asks for no more processors than the engine has", () => {
    const input = createInput({ ...request, taskCpuUnits: 4096 }, [], engine);
    expect(input).toHaveProperty("HostConfig.NanoCpus", 2_000_000_000);
  });

  it("passes on what a container says of its files, its user and its process", () => {
    const container = {
      ...request.container,
      user: "1000",
      workingDirectory: "/srv",
      readonlyRootFilesystem: true,
      interactive: true,
      pseudoTerminal: true,
      ulimits: [{ name: "nofile", softLimit: 1, hardLimit: 2 }],
      linuxParameters: {
        initProcessEnabled: true,
        tmpfs: [{ containerPath: "/scratch", size: 64, mountOptions: ["noexec"] }],
        capabilities: { add: ["SYS_PTRACE"], drop: ["CHOWN"] },
      },
      healthCheck: { command: ["CMD-SHELL", "exit 0"], interval: 5 },
    };
    const limits = { memoryReservationMib: 128, cpuUnits: 1 };
    const mount = { Type: "volume", Source: "v", Target: "/v", ReadOnly: true } as const;
    expect(createInput({ ...request, container, ...limits }, [mount], engine)).toMatchObject({
      User: "1000",
      WorkingDir: "/srv",
      OpenStdin: true,
      Tty: true,
      Healthcheck: {
        Test: ["CMD-SHELL", "exit 0"],
        Interval: 5_000_000_000,
        Timeout: 5_000_000_000,
        Retries: 3,
        StartPeriod: 0,
      },
      HostConfig: {
        MemoryReservation: 128 * 1024 * 1024,
        CpuShares: 2,
        ReadonlyRootfs: true,
        Init: true,
        Tmpfs: { "/scratch": "size=64m,noexec" },
        Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }],
        CapAdd: ["SYS_PTRACE"],
        CapDrop: ["CHOWN"],
        Mounts: [mount],
      },
    });
  });
});

describe("dockerSocket", () => {
  it("is the usual one, or that of a unix URL", () => {
    expect(dockerSocket(undefined)).toBe("/var/run/docker.sock");
    expect(dockerSocket("unix:///a/b.sock")).toBe("/a/b.sock");
  });

  it("refuses a network address", () => {
    expect(() => dockerSocket("tcp://1.2.3.4:2375")).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
