import { refusal, toError } from "../model/refusal.ts";

export function noSuchGroup() {
  return toError(refusal("ResourceNotFoundException", "The specified log group does not exist."));
}

export function noSuchStream() {
  return toError(refusal("ResourceNotFoundException", "The specified log stream does not exist."));
}

export function invalidParameter(message: string) {
  return toError(refusal("InvalidParameterException", message));
}
