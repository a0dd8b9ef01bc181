/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a file. @throws if it cannot be read */
export type ReadFile = (path: string) => string;

/** What is wrong, in plain words. Values of secrets never appear here. */
export class Problems {
  readonly list: string[] = [];

  /** "NAME what is wrong; what to do." */
  add(name: string, wrong: string, remedy: string): void {
    this.list.push(`${name} ${wrong}; ${remedy}.`);
  }
}

/** Reads single variables. A mistake is added to the problems and the default taken, so that reading goes on. */
export class Reader {
  constructor(
    private readonly environment: Environment,
    private readonly readFile: ReadFile,
    private readonly problems: Problems,
  ) {}

  /** Has this variable, or its `…_FILE`, a value? An empty one counts as none. */
  isSet(name: string): boolean {
    return this.text(name) !== null || this.text(`${name}_FILE`) !== null;
  }

  text(name: string): string | null {
    const value = this.environment[name]?.trim();
    // Nothing but separators is a list without entries: as good as none.
    return value === undefined || /^[\s,]*$/.test(value) ? null : value;
  }

  /** The value of a secret, or of the file that `NAME_FILE` names. */
  secret(name: string): string | null {
    const value = this.text(name);
    const path = this.text(`${name}_FILE`);
    if (value !== null && path !== null) {
      this.problems.add(`${name}_FILE`, `is set, and so is ${name}`, 'keep only one of the two');
      return null;
    }
    return path === null ? value : this.fromFile(`${name}_FILE`, path);
  }

  private fromFile(name: string, path: string): string | null {
    let text: string;
    try {
      text = this.readFile(path).trim();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      this.problems.add(
        name,
        `names a file that cannot be read${code}`,
        'check the path and its permissions',
      );
      return null;
    }
    if (text !== '') return text;
    this.problems.add(name, 'names an empty file', 'put the value into it, or unset the variable');
    return null;
  }

  /** Comma-separated values, without empty ones. */
  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase() ?? null;
    if (value === null) return fallback;
    if (value === 'on' || value === 'true') return true;
    if (value === 'off' || value === 'false') return false;
    this.problems.add(name, 'is neither on nor off', 'write on or off');
    return fallback;
  }

  wholeNumber(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const value = this.text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    this.problems.add(
      name,
      `is not a whole number from ${min} to ${max}`,
      `correct it, or leave it out for ${fallback}`,
    );
    return fallback;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = this.text(name);
    if (value === null) return fallback;
    const choice = choices.find((one) => one === value);
    if (choice !== undefined) return choice;
    this.problems.add(name, 'has an unknown value', `use one of ${choices.join(', ')}`);
    return fallback;
  }
}
