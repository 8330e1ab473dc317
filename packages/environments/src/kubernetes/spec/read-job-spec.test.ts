import { describe, expect, it } from "vitest";
import { readJobObject, readJobText } from "./read-job-spec.ts";

const HEAD = "apiVersion: batch/v1\nkind: Job\n";
const FILE = "job.yaml";

/** A Job whose pod's specification has these lines; the first of them is line 6. */
function pod(...lines: readonly string[]): string {
  return [`${HEAD}spec:`, "  template:", "    spec:", ...lines.map((line) => `      ${line}`)].join(
    "\n",
  );
}

const read = (text: string) => readJobText(text, FILE);
const invalid = (path: string, words: RegExp) =>
  expect.objectContaining({
    code: "ENVIRONMENT_INVALID",
    details: expect.objectContaining({ path }),
    message: expect.stringMatching(words),
  });

/** The manual's two examples. */
const MANUAL = `apiVersion: batch/v1
kind: Job
metadata:
  name: my-prefect-job
  labels:
    identifier: ""
    flow_run_id: ""
spec:
  template:
    metadata:
      labels:
        identifier: ""
    spec:
      containers:
      - name: flow-container
        image: ""
        command: []
        args: []
        env:
          - name: MY_ENV
            value: foo
`;
const WITH_RESOURCES = `${MANUAL.replace("containers:", "restartPolicy: Never\n      containers:")}        resources:
          limits:
            cpu: "2"
            memory: 4G
          requests:
            cpu: "1"
            memory: 2G
`;

describe("reading a Job's file", () => {
  it.each([MANUAL, WITH_RESOURCES])("takes the manual's example %#", (text) => {
    expect(read(text)).toMatchObject({
      metadata: { name: "my-prefect-job" },
      spec: {
        template: {
          spec: {
            containers: [{ name: "flow-container", env: [{ name: "MY_ENV", value: "foo" }] }],
          },
        },
      },
    });
  });

  const JOB = { apiVersion: "batch/v1", kind: "Job" };
  it.each([
    { what: "no specification at all", text: HEAD },
    { what: "JSON", text: JSON.stringify(JOB, null, "\t") },
    { what: "the beginnings and ends of documents", text: `---\n${HEAD}...\n` },
    { what: "an empty document before it", text: `---\n---\n${HEAD}` },
    { what: "an empty document after it", text: `${HEAD}---\n# nothing\n` },
    { what: "lines that end as on Windows", text: HEAD.replaceAll("\n", "\r\n") },
    { what: "a mark of byte order", text: `\u{FEFF}${HEAD}` },
  ])("takes $what", ({ text }) => {
    expect(read(text)).toEqual(JOB);
  });

  it("reads words and numbers as kubectl does", () => {
    const text = pod(
      "hostNetwork: yes",
      "nodeSelector: {on: 'x', 1: 'y'}",
      "volumes: [{name: a, configMap: {defaultMode: 0644}}]",
      "tolerations: [{value: 12:30, key: 2026-01-31}]",
    );
    expect(read(text)).toMatchObject({
      spec: {
        template: {
          spec: {
            hostNetwork: true,
            nodeSelector: { on: "x", 1: "y" },
            volumes: [{ configMap: { defaultMode: 0o644 } }],
            tolerations: [{ value: "12:30", key: "2026-01-31" }],
          },
        },
      },
    });
  });

  it("follows anchors, aliases and merge keys", () => {
    const text = pod(
      "containers:",
      "- &one {name: flow, env: &env [{name: A, value: b}]}",
      "- {<<: *one, name: two, image: x}",
      "- {name: three, image: x, env: *env}",
    );
    const env = [{ name: "A", value: "b" }];
    expect(read(text)).toMatchObject({
      spec: { template: { spec: { containers: [{ env }, { name: "two", env }, { env }] } } },
    });
  });

  it.each([
    { what: "an empty file", text: "", path: FILE, words: /is empty/ },
    { what: "comments alone", text: "# a Job\n", path: FILE, words: /is empty/ },
    { what: "null", text: "null\n", path: FILE, words: /is empty/ },
    { what: "a list", text: "- kind: Job", path: `${FILE}:1:1`, words: /must be one object/ },
    { what: "a text", text: "Job", path: `${FILE}:1:1`, words: /must be one object/ },
    {
      what: "broken YAML",
      text: "kind: Job\nmetadata: [",
      path: `${FILE}:2:12`,
      words: /is no valid YAML/,
    },
    { what: "a tab", text: "metadata:\n\tname: x", path: `${FILE}:2:1`, words: /Tabs/ },
    { what: "a doubled key", text: `${HEAD}kind: Job\n`, path: `${FILE}:3:1`, words: /unique/ },
    { what: "a template", text: "apiVersion: {{ v }}", path: `${FILE}:1:14`, words: /YAML/ },
    { what: "a tag", text: "kind: !Ref x", path: `${FILE}:1:7`, words: /tag: !Ref/ },
    { what: "two Jobs", text: `${HEAD}---\n${HEAD}`, path: `${FILE}:4:1`, words: /second/ },
    {
      what: "an alias without an anchor",
      text: `${HEAD}spec: *none`,
      path: `${FILE}:3:7`,
      words: /\*none, and no anchor/,
    },
    {
      what: "an anchor that holds itself",
      text: `${HEAD}spec: &a {template: *a}`,
      path: `${FILE}:3:21`,
      words: /within its own anchor/,
    },
    {
      what: "an alias bomb",
      text: `${HEAD}a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(",")}]`).join("\n")}`,
      path: FILE,
      words: /aliases/,
    },
    {
      what: "aliases of a long text",
      text: `${HEAD}a: &a ${"x".repeat(20_000)}\nb: [${Array(90).fill("*a").join(",")}]`,
      path: FILE,
      words: /over 1400000 bytes/,
    },
  ])("refuses $what", ({ text, path, words }) => {
    expect(() => read(text)).toThrow(invalid(path, words));
  });

  it.each([
    { text: "apiVersion: v1\nkind: Pod\n", at: "2:7", words: /kind is "Pod".*template\.spec/ },
    { text: "apiVersion: v1\nkind: List\n", at: "2:7", words: /the one item/ },
    { text: "apiVersion: batch/v1\nkind: CronJob\n", at: "2:7", words: /a schedule/ },
    { text: "apiVersion: batch/v1beta1\nkind: Job\n", at: "1:13", words: /must be batch\/v1/ },
    { text: "kind: Job\n", at: "1:1", words: /apiVersion is missing/ },
    {
      text: `${HEAD}metadata: {name: 12}`,
      at: "3:18",
      words: /metadata.name must be a text.*in quotes/,
    },
    { text: `${HEAD}metadata: {labels: {a: true}}`, at: "3:24", words: /put it in quotes/ },
    { text: `${HEAD}metadata: {namespace: A_b}`, at: "3:23", words: /no name of a namespace/ },
    { text: `${HEAD}metadata: {resourceVersion: "1"}`, at: "3:29", words: /take it out/ },
    { text: `${HEAD}metadata: []`, at: "3:11", words: /metadata must be an object, not a list/ },
    { text: `${HEAD}spec: text`, at: "3:7", words: /spec must be an object/ },
    { text: `${HEAD}spec: {template: []}`, at: "3:18", words: /spec.template must be an object/ },
    { text: `${HEAD}spec: {parallelism: 3}`, at: "3:21", words: /parallelism is 3; it must be 1/ },
    { text: `${HEAD}spec: {completions: 0}`, at: "3:21", words: /completions is 0/ },
    { text: `${HEAD}spec: {backoffLimit: -1}`, at: "3:22", words: /is -1; give 0 or more/ },
    { text: `${HEAD}spec: {backoffLimit: "3"}`, at: "3:22", words: /without quotes/ },
    { text: `${HEAD}spec: {suspend: "true"}`, at: "3:17", words: /without quotes/ },
    { text: `${HEAD}spec: {selector: {matchLabels: {a: b}}}`, at: "3:18", words: /take it out/ },
    { text: pod("restartPolicy: Always"), at: "6:22", words: /Never or OnFailure/ },
    { text: pod("containers: {name: x}"), at: "6:19", words: /containers must be a list/ },
    { text: pod("containers: [null]"), at: "6:20", words: /containers\[0\] is empty/ },
    { text: pod("containers: [flow]"), at: "6:20", words: /containers\[0\] must be an object/ },
    { text: pod("containers:", "- {}", "- {image: x}"), at: "8:9", words: /\[1\] has no name/ },
    {
      text: pod("containers:", "- image: y", "- name: flow", "  image: x"),
      at: "8:15",
      words: /containers\[1\]\.name is the name of containers\[0\], too/,
    },
    {
      text: pod("containers: [{name: a}]", "initContainers: [{name: a, image: x}]"),
      at: "7:31",
      words: /initContainers\[0\]\.name is the name of containers\[0\]/,
    },
    {
      text: pod("containers:", "- env:", "  - name: PORT", "    value: 8080"),
      at: "9:18",
      words: /containers\[0\]\.env\[0\]\.value must be a text, not a number; put it in quotes/,
    },
    {
      text: pod("containers: [{env: [{value: x}]}]"),
      at: "6:27",
      words: /env\[0\] has no name/,
    },
    {
      text: pod("containers: [{}, {name: a, args: [80]}]"),
      at: "6:41",
      words: /containers\[1\]\.args\[0\] must be a text/,
    },
    {
      text: pod("containers: [{resources: {limits: {memory: 4 gigs}}}]"),
      at: "6:50",
      words: /limits\.memory must be a quantity of Kubernetes, for example/,
    },
    {
      text: pod("containers: [&a {env: [{name: A, value: 1}]}, {<<: *a, name: b}]"),
      at: "6:47",
      words: /containers\[0\]\.env\[0\]\.value/,
    },
  ])("says where it is wrong: $at $words", ({ text, at, words }) => {
    expect(() => read(text)).toThrow(invalid(`${FILE}:${at}`, words));
  });

  it("finds the place of what came by alias and merge", () => {
    const aliased = `${HEAD}x-number: &v 12\nmetadata: {annotations: {x: *v}}\n`;
    expect(() => read(aliased)).toThrow(invalid(`${FILE}:3:14`, /annotations.x must be a text/));
    const merged = `${HEAD}x-base: &base {name: 5}\nmetadata: {<<: *base}\n`;
    expect(() => read(merged)).toThrow(invalid(`${FILE}:3:22`, /metadata.name/));
  });

  it("leaves the rest to the API server", () => {
    const text = pod(
      "nodeSelecter: {a: b}",
      "futureField: [1, true]",
      "containers:",
      "- name: Not_A_Label",
      "  image: 5",
      "  command: whatever",
      "  resources: {requests: {cpu: 2}, limits: {cpu: 0.5}}",
    );
    expect(() => read(text)).not.toThrow();
  });

  it("never says the value of a variable", () => {
    const text = pod("containers: [{env: {PASSWORD: hunter2-hunter2}}]");
    expect(() => read(text)).toThrow(/env must be a list/);
    expect(() => read(text)).not.toThrow(/hunter2/);
    const number = pod("containers: [{env: [{name: PIN, value: 314159}]}]");
    expect(() => read(number)).toThrow(/put it in quotes/);
    expect(() => read(number)).not.toThrow(/314159/);
  });
});

describe("a Job given as an object", () => {
  it.each([
    [null, "jobSpec"],
    [[], "jobSpec"],
    [{ kind: "Job" }, "jobSpec.apiVersion"],
    [{ apiVersion: "batch/v1", kind: "Job", spec: { template: 1 } }, "jobSpec.spec.template"],
    [
      { apiVersion: "batch/v1", kind: "Job", metadata: { annotations: { "a.b/c": 1 } } },
      'jobSpec.metadata.annotations["a.b/c"]',
    ],
  ])("is refused with the path: %j", (given, path) => {
    expect(() => readJobObject(given)).toThrow(invalid(path, /./));
  });
});
