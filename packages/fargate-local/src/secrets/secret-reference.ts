/** What `valueFrom` names: a parameter of the SSM Parameter Store, or a secret of Secrets Manager. */
export type SecretReference =
  | { readonly kind: "parameter"; readonly valueFrom: string; readonly names: readonly string[] }
  | {
      readonly kind: "secret";
      readonly valueFrom: string;
      /** The ARN without what may follow the secret's name. */
      readonly arn: string;
      /** What the value may be kept under, best first. */
      readonly names: readonly string[];
      /** The one field that is asked for of a secret that is an object. */
      readonly jsonKey?: string;
    };

const SECRET =
  /^(?<arn>arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:(?<name>[^:]+))(?::(?<jsonKey>[^:]*):(?<stage>[^:]*):(?<id>[^:]*))?$/;
const PARAMETER = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter\/?(?<name>.+)$/;
/** Secrets Manager ends every secret's name in its ARN with six characters of its own. */
const RANDOM_SUFFIX = /-[A-Za-z0-9]{6}$/;
const CURRENT = "AWSCURRENT";

/** Reads `valueFrom` of a container's secret in every form that ECS takes. */
export function parseSecretReference(valueFrom: string): SecretReference {
  const { arn, name = "", jsonKey, stage = "", id = "" } = SECRET.exec(valueFrom)?.groups ?? {};
  if (arn === undefined) return { kind: "parameter", valueFrom, names: parameterNames(valueFrom) };
  // Another version than the current one has to be kept under its own name.
  const version = (stage === "" || stage === CURRENT) && id === "" ? "" : `::${stage}:${id}`;
  const names = [arn, name, name.replace(RANDOM_SUFFIX, "")].map((one) => `${one}${version}`);
  return { kind: "secret", valueFrom, arn, names, ...(jsonKey ? { jsonKey } : {}) };
}

function parameterNames(valueFrom: string): string[] {
  const bare = (PARAMETER.exec(valueFrom)?.groups?.["name"] ?? valueFrom).replace(/^\//, "");
  return [valueFrom, `/${bare}`, bare];
}
