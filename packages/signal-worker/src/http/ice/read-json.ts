import { readText } from '../read-text.js';

/**
 * The JSON object that a response holds; `null` if it holds something else, or more than `maxBytes`.
 * @throws what the body throws, such as an abort
 */
export async function readJson(
  response: Response,
  maxBytes: number,
): Promise<Readonly<Record<string, unknown>> | null> {
  const text = await readText(response, maxBytes);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
