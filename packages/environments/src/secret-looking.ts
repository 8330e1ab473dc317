/** Names under which people keep what nobody should read. */
const SECRET_NAME =
  /(^|[_./-])(password|passwd|passphrase|pwd|secret|token|api_?key|key|credentials?|private)([_.-]|$)/i;

/** Tells whether a variable's name says that its value is a secret. */
export function looksSecret(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2"));
}
