/** What a field of a Job may be. `*` in `fields` stands for every key. */
export type Shape =
  | "string"
  | "boolean"
  | "integer"
  | "quantity"
  | { readonly list: Shape }
  | Fields;

export interface Fields {
  readonly fields: Readonly<Record<string, Shape>>;
}

const TEXTS: Fields = { fields: { "*": "string" } };
const QUANTITIES: Fields = { fields: { "*": "quantity" } };
const ANYTHING: Fields = { fields: {} };
const METADATA: Fields = {
  fields: {
    name: "string",
    generateName: "string",
    namespace: "string",
    labels: TEXTS,
    annotations: TEXTS,
  },
};
const RESOURCES: Fields = { fields: { limits: QUANTITIES, requests: QUANTITIES } };

const CONTAINER: Fields = {
  fields: {
    name: "string",
    workingDir: "string",
    imagePullPolicy: "string",
    restartPolicy: "string",
    terminationMessagePath: "string",
    terminationMessagePolicy: "string",
    stdin: "boolean",
    stdinOnce: "boolean",
    tty: "boolean",
    env: { list: { fields: { name: "string", value: "string", valueFrom: ANYTHING } } },
    envFrom: { list: ANYTHING },
    ports: { list: ANYTHING },
    volumeMounts: {
      list: {
        fields: { name: "string", mountPath: "string", subPath: "string", readOnly: "boolean" },
      },
    },
    resources: RESOURCES,
    securityContext: ANYTHING,
  },
};

/** A container that Slipway does not make its own. */
const OTHER_CONTAINER: Fields = {
  fields: {
    ...CONTAINER.fields,
    image: "string",
    command: { list: "string" },
    args: { list: "string" },
  },
};

const POD_SPEC: Fields = {
  fields: {
    activeDeadlineSeconds: "integer",
    automountServiceAccountToken: "boolean",
    containers: { list: OTHER_CONTAINER },
    dnsPolicy: "string",
    enableServiceLinks: "boolean",
    hostIPC: "boolean",
    hostNetwork: "boolean",
    hostPID: "boolean",
    hostUsers: "boolean",
    hostname: "string",
    imagePullSecrets: { list: { fields: { name: "string" } } },
    initContainers: { list: OTHER_CONTAINER },
    nodeName: "string",
    nodeSelector: TEXTS,
    priority: "integer",
    priorityClassName: "string",
    resources: RESOURCES,
    restartPolicy: "string",
    runtimeClassName: "string",
    schedulerName: "string",
    securityContext: ANYTHING,
    serviceAccountName: "string",
    shareProcessNamespace: "boolean",
    subdomain: "string",
    terminationGracePeriodSeconds: "integer",
    tolerations: { list: ANYTHING },
    volumes: {
      list: {
        fields: {
          name: "string",
          emptyDir: { fields: { medium: "string", sizeLimit: "quantity" } },
        },
      },
    },
  },
};

/**
 * The fields of a Job in which authors slip, and what API servers take there. All others, and those that it does not
 * have, are the API server's to judge.
 */
export const JOB_SHAPE: Fields = {
  fields: {
    metadata: METADATA,
    spec: {
      fields: {
        activeDeadlineSeconds: "integer",
        backoffLimit: "integer",
        backoffLimitPerIndex: "integer",
        completionMode: "string",
        completions: "integer",
        manualSelector: "boolean",
        parallelism: "integer",
        suspend: "boolean",
        ttlSecondsAfterFinished: "integer",
        template: { fields: { metadata: METADATA, spec: POD_SPEC } },
      },
    },
  },
};

/** The flow's container: what Slipway replaces in it may be anything. */
export const FLOW_CONTAINER: Fields = CONTAINER;
