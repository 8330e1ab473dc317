export { Docker, type DockerOptions } from "@slipway/storage";
