import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

// The arguments that cannot stand beside those of `canary.ts`, or that Fargate does not take.
const canary = "c4n4ry";

const speak = task("speak", () => "nothing secret");

export default new Flow(
  "quiet elsewhere",
  {
    environment: new FargateTaskEnvironment({
      regionName: `eu-${canary}-1`,
      awsAccessKeyId: `AKIA${canary}`,
      awsSecretAccessKey: `key/${canary}`,
      awsSessionToken: `session/${canary}`,
      taskDefinition: `family-${canary}`,
      networkMode: "bridge",
      ipcMode: "task",
      pidMode: "task",
      containerDefinitions: [
        {
          name: `container-${canary}`,
          image: "",
          memory: 512,
          links: [`link-${canary}`],
          secrets: [{ name: `SECRET_${canary}`, valueFrom: `arn:aws:ssm:::parameter/${canary}` }],
          repositoryCredentials: { credentialsParameter: `arn:aws:secretsmanager:::${canary}` },
        },
      ],
      volumes: [{ name: `volume-${canary}`, host: { sourcePath: `/srv/${canary}` } }],
      inferenceAccelerators: [{ deviceName: `device-${canary}`, deviceType: `type-${canary}` }],
      placementConstraints: [{ type: "memberOf", expression: `attribute:${canary} == ${canary}` }],
      placementStrategy: [{ type: "spread", field: `attribute:${canary}` }],
      capacityProviderStrategy: [{ capacityProvider: `provider-${canary}` }],
      cluster: `cluster-${canary}`,
      enableExecuteCommand: true,
    }),
    storage: new Docker({ imageName: "quiet-elsewhere" }),
  },
  () => {
    speak({});
  },
);
