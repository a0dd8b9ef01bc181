import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DemoFile } from '../../http/demo.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
};

/** Where the build puts the demo: beside the bundle, or, seen from the sources, in the package's `dist`. */
const FOLDERS = [new URL('./demo/', import.meta.url), new URL('../../../dist/demo/', import.meta.url)];

/**
 * Reads files of the demo page by their bare name.
 * @param folder where they are, instead of where the build puts them
 */
export function demoFiles(folder?: string): (name: string) => Promise<DemoFile | null> {
  const folders = folder === undefined ? FOLDERS.map((url) => fileURLToPath(url)) : [folder];
  return async (name) => {
    const type = TYPES[extname(name)];
    if (type === undefined) return null;
    for (const path of folders) {
      const body = await readFile(`${path}/${name}`).catch(absent);
      if (body !== null) return { type, body: new Uint8Array(body) };
    }
    return null;
  };
}

/** `null` for a file that is not there; any other trouble is trouble. */
function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return null;
  throw error;
}
