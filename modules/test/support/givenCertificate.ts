import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from './describeWith';

export interface GivenCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate of its own authority, for `localhost` and 127.0.0.1, in that folder. */
export function givenCertificate(folder: string): GivenCertificate {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', certFile, ...subject], { stdio: 'ignore' });
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

/** A suite that needs certificates; see {@link describeWith}. */
export function describeWithOpenssl(title: string, suite: () => void): void {
  const isThere = spawnSync('openssl', ['version'], { stdio: 'ignore' }).error === undefined;
  const missing = 'OpenSSL is not installed; install it on Debian with: apt-get install openssl';
  describeWith(isThere ? { path: 'openssl' } : { missing }, title, suite);
}
