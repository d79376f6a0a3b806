import { execFileSync } from 'node:child_process';

type FoundDovecot =
  { readonly path: string } | { /** Why the suites that need it cannot run here. */ readonly missing: string };

const PLACES = ['dovecot', '/usr/sbin/dovecot', '/usr/local/sbin/dovecot'];
const INSTALL = 'install it on Debian with: apt-get install dovecot-imapd';

/** The IMAP server that the suites run: Dovecot 2.3. */
function findDovecot(): FoundDovecot {
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

/**
 * A suite that needs Dovecot. Where that is missing the suite is skipped, and says so; under `CI=true` it fails, so that it
 * cannot be left out unnoticed.
 */
export function describeWithDovecot(title: string, suite: (dovecot: string) => void): void {
  const found = findDovecot();
  if ('path' in found) {
    describe(title, () => suite(found.path));
    return;
  }
  process.stderr.write(`\nLeft out: "${title}". ${found.missing}\n`);
  if (process.env['CI'] === 'true') {
    it(`${title}: has to run under CI`, () => {
      throw new Error(found.missing);
    });
    return;
  }
  describe.skip(title, () => suite('dovecot'));
}
