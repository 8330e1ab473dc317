import { describe, expect, it } from "vitest";
import { chooseDriver } from "./choose-driver.ts";

const answers = async () => true;
const silent = async () => false;

describe("chooseDriver", () => {
  it.each([
    ["auto", ["oci:///images@sha256:1"], answers, "process"],
    ["auto", ["registry/flow:1"], answers, "docker"],
    ["auto", ["registry/flow:1"], silent, "process"],
    ["auto", ["registry/flow:1", "oci:///images@sha256:1"], answers, "process"],
    ["docker", ["oci:///images@sha256:1"], silent, "docker"],
    ["process", ["registry/flow:1"], answers, "process"],
  ] as const)("%s with %j", async (option, images, isAnswering, driver) => {
    expect((await chooseDriver(option, images, isAnswering)).driver).toBe(driver);
  });
});
