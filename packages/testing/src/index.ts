export { type KubeForwarder, startKubeForwarder } from "./kube-forwarder.ts";
export { type MemoryLedger, memoryLedger } from "./memory-ledger.ts";
export {
  type OwnAnswer,
  type Passage,
  type RecordedRequest,
  type RecordingProxy,
  type RecordingProxyOptions,
  startRecordingProxy,
} from "./recording-proxy.ts";
export {
  type StandInContainer,
  type StandInKubeletOptions,
  type StandInPod,
  startStandInKubelet,
} from "./stand-in-kubelet.ts";
export { withTempDir } from "./temp-dir.ts";
export { type Truthy, type WaitForOptions, waitFor } from "./wait-for.ts";
