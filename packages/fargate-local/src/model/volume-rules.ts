import { type DefinitionRule, hasDuplicate, saying, when } from "./definition-rule.ts";
import type { RegisterTaskDefinition } from "./task-definition.ts";

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** What ECS asks of a task's volumes. */
export const VOLUME_RULES: readonly DefinitionRule[] = [
  when(
    ({ volumes = [] }) => volumes.some(({ name }) => name !== undefined && !NAME.test(name)),
    "Volume name contains invalid characters.",
  ),
  when(
    ({ volumes = [] }) => hasDuplicate(volumes.map(({ name }) => name)),
    "Volume names must be unique within a task definition.",
  ),
  when(
    ({ volumes = [] }) => volumes.some((volume) => sourcesOf(volume) > 1),
    "Only one volume configuration can be specified per volume.",
  ),
  saying(({ volumes = [] }) => {
    for (const { efsVolumeConfiguration: efs } of volumes) {
      const message = efs && fileSystem(efs);
      if (message !== undefined) return message;
    }
    return undefined;
  }),
];

type Volume = NonNullable<RegisterTaskDefinition["volumes"]>[number];
type FileSystem = NonNullable<Volume["efsVolumeConfiguration"]>;

function sourcesOf(volume: Volume): number {
  const fields = [
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
  ];
  return fields.filter((field) => volume[field] !== undefined).length;
}

function fileSystem(efs: FileSystem): string | undefined {
  const encrypted = efs["transitEncryption"] === "ENABLED";
  const { authorizationConfig: authorization, rootDirectory } = efs;
  if (authorization?.["iam"] === "ENABLED" && !encrypted) {
    return "EFS IAM authorization requires TransitEncryption to be enabled";
  }
  if (efs["transitEncryptionPort"] !== undefined && !encrypted) {
    return "TransitEncryptionPort requires that TransitEncryption is enabled";
  }
  if (authorization?.accessPointId === undefined) return undefined;
  if (rootDirectory !== undefined && rootDirectory !== "/") {
    return 'When using an EFS access point, the root directory must either be set to "/" or be omitted.';
  }
  return encrypted ? undefined : "EFS access points require TransitEncryption to be enabled";
}
