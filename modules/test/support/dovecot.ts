import { execFileSync } from 'node:child_process';

import { describeWith, type FoundProgram } from './describeWith';

const PLACES = ['dovecot', '/usr/sbin/dovecot', '/usr/local/sbin/dovecot'];
const INSTALL = 'install it on Debian with: apt-get install dovecot-imapd';

/** The IMAP server that the suites run: Dovecot 2.3. */
function findDovecot(): FoundProgram {
  for (const path of PLACES) {
    const version = versionOf(path);
    if (version === undefined) continue;
    if (version.startsWith('2.3.')) return { path };
    return { missing: `Dovecot ${version} is installed, and 2.3 is needed` };
  }
  return { missing: `Dovecot is not installed; ${INSTALL}` };
}

function versionOf(path: string): string | undefined {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A suite that needs Dovecot; see {@link describeWith}. */
export const describeWithDovecot = (title: string, suite: (dovecot: string) => void): void =>
  describeWith(findDovecot(), title, suite);
