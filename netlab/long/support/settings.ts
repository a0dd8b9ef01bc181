// What the environment may choose of a run.
const { env } = process;

/** Another seed, other cuts. */
export const SEED = Number(env.NETLAB_SEED ?? 20_261);
/** Random cuts, over all four pairs. */
export const CUTS = Number(env.NETLAB_CUTS ?? 104);
/** How many times each part does what it does; 1: as often as is asked for. A smaller number is for trying the suite out. */
export const SHARE = Number(env.NETLAB_SHARE ?? 1);
export const PARTS = (env.NETLAB_PARTS ?? '').split(',').filter(Boolean);

if (![SEED, CUTS, SHARE].every((number) => number > 0))
  throw new Error('NETLAB_SEED, NETLAB_CUTS and NETLAB_SHARE are numbers above 0');

export const share = (count: number): number => Math.max(1, Math.round(count * SHARE));

/** In the first process of a run: its name, which workers inherit. */
export function beginRun(): void {
  env.NETLAB_RUN ??= new Date().toISOString();
}

/** When this run began, ISO 8601. */
export const runName = (): string => env.NETLAB_RUN ?? '';

/** As it has to be called to do the same again. */
export const OPTIONS = ['NETLAB_SEED', 'NETLAB_CUTS', 'NETLAB_SHARE']
  .flatMap((name) => (env[name] === undefined ? [] : `${name}=${env[name]}`))
  .join(' ');
