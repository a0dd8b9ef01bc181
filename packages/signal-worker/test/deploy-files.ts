// examples/deploy as the tests read it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The top of the checkout, with a slash at the end. */
export const TOP = fileURLToPath(new URL('../../../', import.meta.url));
/** Where docs/deploy.md puts the code. */
export const INSTALLED = '/opt/p2p-call';
/** The name of the service in every example. */
export const SITE = 'signal.example.com';

export const readExample = (name: string): string => readFileSync(`${TOP}examples/deploy/${name}`, 'utf8');

/** The lines of a file of variables, as systemd reads it. */
export function readVariables(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

/** The settings of a unit: each name with all of its values, whatever the section. */
export function readUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '' || /^[#[]/.test(line)) continue;
    const [name = '', value = ''] = line.split(/=(.*)/s);
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

/** What the unit of examples/deploy runs, and the environment that it sets. */
export function readService(credentials: string): {
  readonly command: readonly string[];
  readonly environment: Record<string, string>;
} {
  const unit = readUnit(readExample('p2p-call.service'));
  const environment = readVariables((unit.get('Environment') ?? []).join('\n'));
  for (const [name, value] of Object.entries(environment))
    environment[name] = value.replaceAll('%d', credentials);
  return {
    command: (unit.get('ExecStart')?.[0] ?? '').split(' '),
    environment: { ...environment, ...readVariables(readExample('service.env')) },
  };
}
