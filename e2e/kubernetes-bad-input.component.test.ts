// component: kubernetes registry
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentSetting } from "./component-settings.ts";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

const registry = componentSetting("registry");
let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
  await stack.startAgent();
});
afterAll(() => stack.close());

const HEAD = "apiVersion: batch/v1\nkind: Job\n";

/** A Job with some more lines in its pod's specification, and in the Job's own. */
function job(podLines: readonly string[], jobLines: readonly string[] = []): string {
  return [
    "apiVersion: batch/v1",
    "kind: Job",
    "metadata:",
    "  name: hostile",
    "spec:",
    ...jobLines.map((line) => `  ${line}`),
    "  template:",
    "    spec:",
    ...podLines.map((line) => `      ${line}`),
    ...(podLines.some((line) => line.startsWith("containers"))
      ? []
      : ["      containers:", "      - name: flow"]),
  ].join("\n");
}

/** Refused when the flow is registered, with the place of the mistake. */
const REFUSED_BEFORE = [
  { what: "an empty file", yaml: "", words: [/any_job\.yaml/, /empty/] },
  { what: "comments alone", yaml: "# a Job\n", words: [/empty/] },
  { what: "broken YAML", yaml: `${HEAD}metadata: [`, words: [/any_job\.yaml:\d+:\d+/, /YAML/] },
  { what: "a list", yaml: `- ${HEAD}`, words: [/any_job\.yaml/] },
  { what: "two Jobs", yaml: `${HEAD}---\n${HEAD}`, words: [/any_job\.yaml:\d+:1/, /second/] },
  { what: "a key that stands twice", yaml: `${HEAD}kind: Job\n`, words: [/:3:1/, /unique/i] },
  { what: "a Pod", yaml: "apiVersion: v1\nkind: Pod\n", words: [/Pod/, /Job/] },
  { what: "a CronJob", yaml: "apiVersion: batch/v1\nkind: CronJob\n", words: [/CronJob/] },
  { what: "an old version", yaml: "apiVersion: batch/v1beta1\nkind: Job\n", words: [/batch\/v1/] },
  { what: "a template", yaml: "apiVersion: {{ version }}\nkind: Job\n", words: [/:1:\d+/] },
  {
    what: "an alias bomb",
    yaml: `${HEAD}a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"]
      .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(",")}]`)
      .join("\n")}`,
    words: [/alias/i],
  },
  {
    what: "a number for a variable",
    yaml: job(["containers:", "- name: flow", "  env:", "  - name: PORT", "    value: 8080"]),
    words: [/env\[0\]\.value/, /any_job\.yaml:\d+:\d+/, /quote|"8080"/i],
  },
  {
    what: "containers that are no list",
    yaml: job(["containers: {name: flow}"]),
    words: [/spec\.template\.spec\.containers/, /list/],
  },
  { what: "restartPolicy: Always", yaml: job(["restartPolicy: Always"]), words: [/restartPolicy/] },
  { what: "three pods at once", yaml: job([], ["parallelism: 3"]), words: [/parallelism/, /3/] },
  { what: "a negative backoffLimit", yaml: job([], ["backoffLimit: -1"]), words: [/backoffLimit/] },
  {
    what: "two containers of one name",
    yaml: job(["containers:", "- name: flow", "- name: flow"]),
    words: [/containers\[1\]\.name/],
  },
];

/** Refused by the API server: the run fails with its words. */
const REFUSED_BY_SERVER = [
  { what: "a field that there is not", yaml: job(["nodeSelecter: {a: b}"]), words: /nodeSelecter/ },
  {
    what: "a request above its limit",
    yaml: job([
      "containers:",
      "- name: flow",
      "  resources: {requests: {cpu: 2}, limits: {cpu: 1}}",
    ]),
    words: /requests/,
  },
  {
    what: "a mount without its volume",
    yaml: job([
      "containers:",
      "- name: flow",
      "  volumeMounts: [{name: cache, mountPath: /cache}]",
    ]),
    words: /volumeMounts/,
  },
  {
    what: "a name that is no DNS label",
    yaml: job(["containers:", "- name: Flow_Container"]),
    words: /RFC 1123|name/,
  },
  {
    what: "a priority class that is not there",
    yaml: job(["priorityClassName: absent-one"]),
    words: /Priority ?Class|JobFailed|FailedCreate/i,
  },
  {
    what: "a negative deadline",
    yaml: job([], ["activeDeadlineSeconds: -5"]),
    words: /activeDeadlineSeconds/,
  },
];

/** Accepted, but never to start: the run fails fast, and the Job is deleted. */
const HOPELESS = [
  {
    what: "a Secret that is not there",
    yaml: job([
      "containers:",
      "- name: flow",
      "  env: [{name: KEY, valueFrom: {secretKeyRef: {name: absent, key: key}}}]",
    ]),
    cause: "ConfigMissing",
  },
  {
    what: "an init container's image that is not there",
    yaml: job(["initContainers:", "- name: first", `  image: ${registry}/absent/absent:1`]),
    cause: /^ImageNotFound$/,
  },
  {
    what: "an image name that is none",
    yaml: job(["initContainers:", "- name: first", "  image: 'UPPER CASE'"]),
    cause: /^InvalidImageName$/,
  },
];

describe("a Job that cannot be", () => {
  it.each(REFUSED_BEFORE)("is refused by register: $what", async ({ yaml, words }) => {
    const { code, stderr } = await stack.registerJob(yaml);
    expect(code, stderr).toBe(2);
    const error: unknown = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
    expect(error).toMatchObject({ error: { code: "ENVIRONMENT_INVALID" } });
    for (const word of words) expect(stderr).toMatch(word);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await stack.list("jobs")).toEqual([]);
  });

  it.each(REFUSED_BY_SERVER)("is refused by the API server: $what", async ({ yaml, words }) => {
    const registered = await stack.registerJob(yaml);
    expect(registered.code, registered.stderr).toBe(0);
    const run = await stack.untilOver(await stack.createRun("any job"));
    expect(run.stateType).toBe("Failed");
    expect(JSON.stringify(run.attempts[0]?.diagnosis)).toMatch(words);
    await nothingIsLeft();
  });

  it.each(HOPELESS)("fails fast: $what", { timeout: 150_000 }, async ({ yaml, cause }) => {
    const registered = await stack.registerJob(yaml);
    expect(registered.code, registered.stderr).toBe(0);
    const run = await stack.untilOver(await stack.createRun("any job"), 120_000);
    expect(run.stateType).toBe("Failed");
    const [attempt] = run.attempts;
    expect(attempt?.diagnosis).toMatchObject({ cause: expect.stringMatching(cause) });
    await nothingIsLeft();
  });
});

async function nothingIsLeft(): Promise<void> {
  await expect
    .poll(
      async () => [
        ...(await stack.list("jobs")),
        ...(await stack.list("pods")),
        ...(await stack.list("secrets")),
      ],
      { timeout: 60_000, interval: 500 },
    )
    .toEqual([]);
}
