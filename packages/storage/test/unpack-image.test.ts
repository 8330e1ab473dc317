import { mkdir, readdir, readFile, readlink, realpath, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { unpackImage } from "../src/unpack-image.ts";
import { type CraftedLayer, type CraftOptions, craftImage } from "./crafted-image.ts";

const file = (path: string, content = path) => ({ path, content });

/** Unpacks layers into `<dir>/root`, beside a file that no image may touch. */
async function unpacked(
  layers: readonly CraftedLayer[],
  look: (root: string) => Promise<void>,
  options: CraftOptions = {},
): Promise<void> {
  await withTempDir(async (dir) => {
    const reference = await craftImage(join(dir, "image"), layers, options);
    await unpackImage(reference, join(dir, "root"));
    await look(join(dir, "root"));
  });
}

const tree = async (root: string) => (await readdir(root, { recursive: true })).sort();

describe("unpackImage", () => {
  it("gives back what was packed: folders, contents, execute bits, links", async () => {
    const layers = [
      [
        { path: "bin/", mode: 0o755 },
        { path: "bin/run", content: "#!", mode: 0o755 },
        { path: "etc/passwd", content: "root", mode: 0o600 },
        { path: "bin/also", hardLink: "bin/run" },
        { path: "lib", symlink: "usr/lib" },
      ],
    ];
    await unpacked(layers, async (root) => {
      expect(await tree(root)).toEqual(["bin", "bin/also", "bin/run", "etc", "etc/passwd", "lib"]);
      expect((await stat(join(root, "bin/run"))).mode & 0o777).toBe(0o755);
      expect((await stat(join(root, "bin/run"))).ino).toBe(
        (await stat(join(root, "bin/also"))).ino,
      );
      expect(await readlink(join(root, "lib"))).toBe("usr/lib");
    });
  });

  it("reads layers that are not compressed", async () => {
    await unpacked([[file("a")]], async (root) => expect(await tree(root)).toEqual(["a"]), {
      plain: true,
    });
  });

  it("returns the image's configuration", async () => {
    await withTempDir(async (dir) => {
      const reference = await craftImage(join(dir, "image"), [[file("a")]]);
      expect(await unpackImage(reference, join(dir, "root"))).toMatchObject({
        config: { Cmd: ["sh"] },
      });
    });
  });

  it("lets a later layer replace files, folders and links by one another", async () => {
    const layers = [
      [file("a", "old"), file("b/c"), { path: "d", symlink: "b" }, file("e")],
      [file("a", "new"), file("b", "now a file"), file("d", "no link any more"), file("e/f")],
    ];
    await unpacked(layers, async (root) => {
      expect(await tree(root)).toEqual(["a", "b", "d", "e", "e/f"]);
      expect(await readFile(join(root, "a"), "utf8")).toBe("new");
      expect(await readFile(join(root, "d"), "utf8")).toBe("no link any more");
    });
  });

  it("writes into folders without write permission, as layers of a base may have them", async () => {
    const layers = [[{ path: "ro/", mode: 0o555 }], [file("ro/a")]];
    await unpacked(layers, async (root) => expect(await tree(root)).toEqual(["ro", "ro/a"]));
  });

  it("leaves devices and set-user bits out", async () => {
    const layers = [
      [
        { path: "su", content: "x", mode: 0o4755 },
        { path: "pipe", type: "fifo" as const },
      ],
    ];
    await unpacked(layers, async (root) => {
      expect(await tree(root)).toEqual(["su"]);
      expect((await stat(join(root, "su"))).mode & 0o7777).toBe(0o755);
    });
  });
});

describe("a whiteout", () => {
  it("removes what a lower layer has, files and whole folders", async () => {
    const layers = [
      [file("a/b"), file("a/c"), file("d/e/f")],
      [file("a/.wh.b"), file(".wh.d")],
    ];
    await unpacked(layers, async (root) => expect(await tree(root)).toEqual(["a", "a/c"]));
  });

  it("spares what its own layer has under the same name, whichever comes first", async () => {
    for (const upper of [
      [file("d/new"), file(".wh.d")],
      [file(".wh.d"), file("d/new")],
    ]) {
      await unpacked([[file("d/old")], upper], async (root) => {
        expect(await tree(root)).toEqual(["d", "d/new"]);
      });
    }
  });

  it("that is opaque hides all that lower layers have in a folder", async () => {
    const layers = [
      [file("a/b"), file("a/c/d"), file("e")],
      [file("a/c/new"), file("a/.wh..wh..opq"), file("a/z")],
    ];
    await unpacked(layers, async (root) => {
      expect(await tree(root)).toEqual(["a", "a/c", "a/c/new", "a/z", "e"]);
    });
  });
});

describe("links in an image", () => {
  it("are followed within it when later entries go through them", async () => {
    const layers = [
      [
        file("usr/lib/a"),
        { path: "lib", symlink: "usr/lib" },
        { path: "var/run", symlink: "/run/x" },
      ],
      [file("lib/b"), file("var/run/pid")],
    ];
    await unpacked(layers, async (root) => {
      expect(await tree(join(root, "usr"))).toEqual(["lib", "lib/a", "lib/b"]);
      expect(await readFile(join(root, "run/x/pid"), "utf8")).toBe("var/run/pid");
    });
  });

  it("that are absolute mean the image's own root", async () => {
    await unpacked(
      [[{ path: "a/b/passwd", symlink: "/etc/passwd" }, file("etc/passwd", "inner")]],
      async (root) => {
        expect(await realpath(join(root, "a/b/passwd"))).toBe(join(root, "etc/passwd"));
      },
    );
  });

  it("may point at nothing", async () => {
    await unpacked([[{ path: "a", symlink: "nowhere/at/all" }]], async (root) => {
      expect(await readlink(join(root, "a"))).toBe("nowhere/at/all");
    });
  });
});

describe("an image that would leave its folder", () => {
  const up = { path: "p/q/up", symlink: "../.." };
  it.each<[string, readonly CraftedLayer[]]>([
    ["by a path", [[file("../outside")]]],
    ["by a path that comes back and leaves again", [[file("a/../../outside")]]],
    ["by a link and a path through it", [[{ path: "out", symlink: ".." }, file("out/outside")]]],
    ["by a link in a lower layer", [[{ path: "a", symlink: "b/../../.." }], [file("a/outside")]]],
    ["by a link that nothing goes through", [[{ path: "out", symlink: "../outside" }]]],
    ["by an absolute link with dots", [[{ path: "out", symlink: "/../../outside" }]]],
    ["by a link through a link", [[up, { path: "p/q/r", symlink: "up/../.." }]]],
    ["by a folder that becomes a link later", [[{ path: "p/x", symlink: "q/up/../.." }], [up]]],
    ["by a hard link", [[{ path: "a", hardLink: "../outside" }]]],
    [
      "by a hard link through a link",
      [
        [
          { path: "out", symlink: ".." },
          { path: "a", hardLink: "out/outside" },
        ],
      ],
    ],
    ["by a whiteout", [[file("../.wh.outside")]]],
    ["by a whiteout of dots", [[file("a/.wh..."), file(".wh...")]]],
    ["by an opaque folder", [[file("../.wh..wh..opq")]]],
    [
      "by links in a circle",
      [[{ path: "a", symlink: "b" }, { path: "b", symlink: "a" }, file("a/x")]],
    ],
  ])("is refused %s, and nothing is left of it", async (_how, layers) => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, "outside"), "untouched");
      const reference = await craftImage(join(dir, "image"), [[file("before")], ...layers]);
      await expect(unpackImage(reference, join(dir, "root"))).rejects.toMatchObject({
        code: "IMAGE_INVALID",
      });
      expect(await readFile(join(dir, "outside"), "utf8")).toBe("untouched");
      expect(await readdir(join(dir, "root"))).toEqual([]);
      expect((await readdir(dir)).sort()).toEqual(["image", "outside", "root"]);
    });
  });
});

describe("unpackImage refuses", () => {
  it("a layer whose bytes are not those of its digest", async () => {
    await withTempDir(async (dir) => {
      const reference = await craftImage(join(dir, "image"), [[file("a")]], { wrongDigest: true });
      await expect(unpackImage(reference, join(dir, "root"))).rejects.toThrow(
        /is not what its digest and size say/,
      );
      expect(await readdir(join(dir, "root"))).toEqual([]);
    });
  });

  it.each(["application/vnd.oci.image.layer.v1.tar+zstd", "application/x-unknown"])(
    "layers of the type %s",
    async (mediaType) => {
      await withTempDir(async (dir) => {
        const reference = await craftImage(join(dir, "image"), [[file("a")]], { mediaType });
        await expect(unpackImage(reference, join(dir, "root"))).rejects.toThrow(
          `has a layer of the type ${mediaType}`,
        );
      });
    },
  );

  it("a folder that holds something, and leaves it alone", async () => {
    await withTempDir(async (dir) => {
      const reference = await craftImage(join(dir, "image"), [[file("a")]]);
      await mkdir(join(dir, "root"));
      await writeFile(join(dir, "root", "mine"), "mine");
      await expect(unpackImage(reference, join(dir, "root"))).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
      expect(await readdir(join(dir, "root"))).toEqual(["mine"]);
    });
  });
});
