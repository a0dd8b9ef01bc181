// A certificate authority of the lab's own, and one certificate for its servers.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findServer } from '../../scripts/servers.mjs';
import { HOST_NAMES } from './addresses.js';

/** Paths of PEM files. */
export interface Certificates {
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** Firefox takes no certificate that is its own authority: there are two. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync(findServer('openssl') ?? 'openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-keyout', path('ca.key'), '-out', path('ca.pem'), '-days', '2', '-subj', '/CN=Net lab'];
  openssl('req', '-x509', ...newKey, ...authority);
  const request = ['-keyout', path('server.key'), '-out', path('server.csr'), '-subj', '/CN=net lab server'];
  openssl('req', '-new', ...newKey, ...request);
  const names = Object.keys(HOST_NAMES).map((name) => `DNS:${name}`);
  writeFileSync(
    path('server.ext'),
    `subjectAltName=${names.join(',')}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  const signing = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '2'];
  const files = ['-in', path('server.csr'), '-out', path('server.only.pem'), '-extfile', path('server.ext')];
  openssl('x509', '-req', ...signing, ...files);
  writeFileSync(
    path('server.pem'),
    readFileSync(path('server.only.pem'), 'utf8') + readFileSync(path('ca.pem'), 'utf8'),
  );
  return { authority: path('ca.pem'), cert: path('server.pem'), key: path('server.key') };
}
