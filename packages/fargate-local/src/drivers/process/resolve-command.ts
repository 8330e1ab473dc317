import { type Stats, statSync } from "node:fs";
import { basename, delimiter, isAbsolute, join, posix } from "node:path";

export interface CommandContext {
  readonly argv: readonly string[];
  /** The folder that the image was unpacked to. */
  readonly root: string;
  /** Where the container would work, inside the image. */
  readonly workingDir: string;
  /** The image's own search path. */
  readonly imagePath: string;
  /** The host's search path. */
  readonly hostPath: string;
  /** The host's node, which runs what says `node`. */
  readonly node: string;
  /** Where the container's mounts are on the host, by their path inside the container. */
  readonly mounts?: ReadonlyMap<string, string>;
}

/**
 * The command line on the host for one of an image: `node` is the host's, another program is the
 * image's or else the host's, and arguments that name something in the image name the unpacked copy.
 * Undefined where the program is found nowhere.
 */
export function resolveCommand(context: CommandContext): readonly string[] | undefined {
  const [program, ...rest] = context.argv;
  if (program === undefined || program === "") return undefined;
  const file = resolveProgram(program, context);
  if (file === undefined) return undefined;
  return [file, ...rest.map((argument) => mapArgument(argument, context))];
}

function resolveProgram(program: string, context: CommandContext): string | undefined {
  if (basename(program) === "node") return context.node;
  if (program.includes("/")) {
    const inside = insideImage(program, context);
    return [inside, program].find((path) => isAbsolute(path) && isFile(path));
  }
  const inImage = context.imagePath.split(":").map((entry) => join(context.root, entry));
  return [...inImage, ...context.hostPath.split(delimiter)]
    .map((entry) => join(entry, program))
    .find(isFile);
}

function mapArgument(argument: string, context: CommandContext): string {
  const mounted = insideMount(argument, context);
  if (mounted !== undefined) return mounted;
  if (argument.startsWith("/") && argument !== "/") {
    const inside = insideImage(argument, context);
    return statOf(inside) === undefined ? argument : inside;
  }
  // Relative names are the image's only where it has a working folder of its own.
  if (context.workingDir === "/" || argument.startsWith("-") || argument === "") return argument;
  const inside = insideImage(argument, context);
  return isFile(inside) ? inside : argument;
}

/** Where a path in a mount stands on the host; the innermost of several mounts holds it. */
function insideMount(argument: string, { mounts = new Map() }: CommandContext): string | undefined {
  if (!argument.startsWith("/")) return undefined;
  const path = posix.normalize(argument);
  const [found] = [...mounts]
    .filter(([inside]) => path === inside || path.startsWith(`${inside.replace(/\/$/, "")}/`))
    .sort(([a], [b]) => b.length - a.length);
  return found && join(found[1], path.slice(found[0].length));
}

/** Where a path of the image stands on the host; `..` never leads out of the image. */
function insideImage(path: string, { root, workingDir }: CommandContext): string {
  return join(root, posix.resolve("/", workingDir, path));
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
