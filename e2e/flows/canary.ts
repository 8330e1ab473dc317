import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

// Every argument that takes a free text carries this word, so that a search for it finds any leak.
const canary = "c4n4ry";

const speak = task("speak", () => "nothing secret");

export default new Flow(
  "quiet",
  {
    environment: new FargateTaskEnvironment({
      region: `eu-${canary}-1`,
      credentials: {
        accessKeyId: `AKIA${canary}`,
        secretAccessKey: `key/${canary}`,
        sessionToken: `session/${canary}`,
      },
      family: `family-${canary}`,
      taskRoleArn: `arn:aws:iam::000000000000:role/task-${canary}`,
      executionRoleArn: `arn:aws:iam::000000000000:role/execution-${canary}`,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          name: `container-${canary}`,
          image: "",
          environment: [{ name: `NAME_${canary}`, value: `value ${canary}` }],
          dockerLabels: { [`label-${canary}`]: canary },
          mountPoints: [{ sourceVolume: `volume-${canary}`, containerPath: `/mnt/${canary}` }],
          workingDirectory: "/tmp",
          healthCheck: { command: ["CMD", `check-${canary}`] },
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-region": `eu-${canary}-1`,
              "awslogs-group": `group-${canary}`,
              "awslogs-stream-prefix": canary,
            },
          },
        },
      ],
      volumes: [{ name: `volume-${canary}` }],
      tags: [{ key: `tag-${canary}`, value: canary }],
      proxyConfiguration: {
        type: "APPMESH",
        containerName: `container-${canary}`,
        properties: [{ name: `property-${canary}`, value: canary }],
      },
      referenceId: `reference-${canary}`,
      overrides: { taskRoleArn: `arn:aws:iam::000000000000:role/override-${canary}` },
      cluster: `cluster-${canary}`,
      startedBy: `started-${canary}`,
      group: `group-${canary}`,
      platformVersion: "LATEST",
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ["subnet-c4c4c4c4"], securityGroups: ["sg-c4c4c4c4"] },
      },
      enableECSManagedTags: true,
      propagateTags: "TASK_DEFINITION",
    }),
    storage: new Docker({ imageName: "quiet" }),
  },
  () => {
    speak({});
  },
);
