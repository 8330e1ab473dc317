import { describe, expect, it } from "vitest";
import { isFargateSize, parseCpu, parseMemory } from "./fargate-sizes.ts";

describe("isFargateSize", () => {
  it.each([
    [256, [512, 1024, 2048], [256, 1536, 3072, 4096]],
    [512, [1024, 2048, 3072, 4096], [512, 1536, 5120]],
    [1024, [2048, 5120, 8192], [1024, 2560, 9216]],
    [2048, [4096, 16384], [3072, 17408]],
    [4096, [8192, 30720], [7168, 31744]],
    [8192, [16384, 20480, 61440], [17408, 65536]],
    [16384, [32768, 40960, 122880], [36864, 131072]],
    [300, [], [512]],
    [0, [], [0, 512]],
  ])("offers with %i CPU units just what Fargate does", (cpu, offered, not) => {
    expect(offered.filter((memory) => !isFargateSize(cpu, memory))).toEqual([]);
    expect(not.filter((memory) => isFargateSize(cpu, memory))).toEqual([]);
  });
});

describe("the notations of an amount", () => {
  it.each([
    ["256", 256],
    ["1 vCPU", 1024],
    [".25 vcpu", 256],
    ["2vCPUs", 2048],
    ["0", undefined],
    ["a lot", undefined],
    ["-1", undefined],
    ["1 GB", undefined],
  ])("reads %j as CPU", (text, expected) => {
    expect(parseCpu(text)).toBe(expected);
  });

  it.each([
    ["512", 512],
    ["0.5 GB", 512],
    ["2gb", 2048],
    ["1 TB", undefined],
    ["", undefined],
  ])("reads %j as memory", (text, expected) => {
    expect(parseMemory(text)).toBe(expected);
  });
});
