// How the lab asks a process of its own that runs inside a namespace, over Node's channel between parent and child.
import type { ChildProcess } from 'node:child_process';

interface Question {
  readonly id: number;
  readonly name: string;
  readonly value: unknown;
}
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Inside: answers questions by name, until the lab is gone. */
export function answerQuestions(answers: Readonly<Record<string, (value: never) => unknown>>): void {
  process.on('message', (message) => {
    const { id, name, value } = message as Question;
    void (async () => {
      try {
        const answer = answers[name];
        if (answer === undefined) throw new Error(`nobody answers to ${name}`);
        process.send?.({ id, value: await answer(value as never) } satisfies Answer);
      } catch (error) {
        process.send?.({
          id,
          error: error instanceof Error ? error.message : String(error),
        } satisfies Answer);
      }
    })();
  });
  process.on('disconnect', () => process.exit());
}

/** Outside: asks one such process. */
export class Asking {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #asked = 0;

  /** @param name of the process, for errors */
  constructor(child: ChildProcess, name: string) {
    this.#child = child;
    let errors = '';
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('message', (message) => {
      const { id, value, error } = message as Answer;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(`${name}: ${error}`));
    });
    child.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${name} ended: ${errors}`));
      this.#waiting.clear();
    });
  }

  ask(name: string, value: unknown = null): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, name, value } satisfies Question, (error) => error && reject(error));
    });
  }
}
