/** Something that happens once or never. */
export class Happening {
  readonly happened: Promise<void>;
  #resolve: () => void = () => undefined;
  #has = false;

  constructor() {
    this.happened = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get has(): boolean {
    return this.#has;
  }

  happen(): void {
    this.#has = true;
    this.#resolve();
  }
}
