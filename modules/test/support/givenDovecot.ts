import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { givenCertificate } from './givenCertificate';
import { givenClosedPort } from './givenHttpServer';

export const IMAP_PASSWORD = 'swordfish';
const ATTEMPTS = 3;
const READY_WITHIN_MS = 5_000;
/** Dovecot serves no mail of root: as root it runs as this user and group, `nobody`. */
const NOBODY = 65_534;

/** A running Dovecot on loopback, with a store of its own. Any user may log in with {@link IMAP_PASSWORD}. */
export class GivenDovecot {
  #delivered = 0;

  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    private readonly owner: Owner,
    /** Without TLS, or with STARTTLS. */
    readonly port: number,
    /** With TLS from the first byte. */
    readonly tlsPort: number,
    /** The authority of its certificate. */
    readonly caFile: string,
  ) {}

  static async start(path: string): Promise<GivenDovecot> {
    for (let attempt = 1; ; attempt += 1) {
      const started = await GivenDovecot.#attempt(path);
      if (typeof started !== 'string') return started;
      // Somebody may have taken the ports since they were free.
      if (attempt === ATTEMPTS) throw new Error(`Dovecot does not start: ${started}`);
    }
  }

  static async #attempt(path: string): Promise<GivenDovecot | string> {
    const [port, tlsPort] = [await givenClosedPort(), await givenClosedPort()];
    const owner = ownerOfMail();
    const folder = mkdtempSync(join(tmpdir(), 'daemonry-dovecot-'));
    const { certFile, keyFile } = givenCertificate(folder);
    for (const file of [folder, certFile, keyFile]) chownSync(file, owner.uid, owner.gid);
    const config = join(folder, 'dovecot.conf');
    writeFileSync(config, configuration({ folder, port, tlsPort, owner }));
    const { uid, gid } = owner;
    const process = spawn(path, ['-F', '-c', config], { uid, gid, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    process.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    process.on('error', (error) => (said += error.message));
    const dovecot = new GivenDovecot(folder, process, owner, port, tlsPort, certFile);
    const end = Date.now() + READY_WITHIN_MS;
    while (process.exitCode === null && Date.now() < end) {
      if (await greets(port)) return dovecot;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await dovecot.stop();
    return said;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.pid !== undefined) {
      const exited = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Puts a message into the inbox of `user` as it is, byte by byte. */
  deliver(user: string, source: string | Buffer): void {
    for (const part of ['', 'cur', 'new', 'tmp']) this.#makeFolder(join(this.#mailOf(user), part));
    this.#delivered += 1;
    writeFileSync(join(this.#mailOf(user), 'new', `${1_700_000_000 + this.#delivered}.P1.localhost`), source);
  }

  /** How many messages of `user` are marked as seen, and how many are not. */
  marks(user: string): { readonly seen: number; readonly unseen: number } {
    const names = ['cur', 'new'].flatMap((part) => readdirSync(join(this.#mailOf(user), part)));
    const seen = names.filter((name) => /:2,[A-Z]*S/.test(name)).length;
    return { seen, unseen: names.length - seen };
  }

  /** Makes the inbox of `user` a new one: other messages under the same UIDs. */
  recreate(user: string): void {
    for (const name of readdirSync(this.#mailOf(user))) {
      if (name.startsWith('dovecot')) rmSync(join(this.#mailOf(user), name), { recursive: true });
    }
    for (const part of ['cur', 'new']) {
      for (const name of readdirSync(join(this.#mailOf(user), part))) rmSync(join(this.#mailOf(user), part, name));
    }
    writeFileSync(join(this.#mailOf(user), 'dovecot-uidlist'), '3 V77 N1 G0123456789abcdef0123456789abcdef\n');
    chownSync(join(this.#mailOf(user), 'dovecot-uidlist'), this.owner.uid, this.owner.gid);
  }

  /** The log of Dovecot. */
  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  #mailOf(user: string): string {
    return join(this.folder, 'home', user, 'mail');
  }

  #makeFolder(path: string): void {
    const first = mkdirSync(path, { recursive: true });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = join(made, '..')) {
      chownSync(made, this.owner.uid, this.owner.gid);
    }
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
}

function ownerOfMail(): Owner {
  const [uid = NOBODY, gid = NOBODY] = [process.getuid?.(), process.getgid?.()].map((id) => (id === 0 ? NOBODY : id));
  const name = (...args: string[]): string => execFileSync('id', args, { encoding: 'utf8' }).trim();
  return {
    uid,
    gid,
    user: name('-nu', `${uid}`),
    group: name('-ng', ...(uid === process.getuid?.() ? [] : [`${uid}`])),
  };
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (greeted: boolean) => () => {
      socket.destroy();
      resolve(greeted);
    };
    socket.once('data', answer(true)).once('error', answer(false)).once('close', answer(false));
  });
}

interface Configured {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly owner: Owner;
}

const configuration = ({ folder, port, tlsPort, owner }: Configured): string => `
protocols = imap
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
default_internal_user = ${owner.user}
default_internal_group = ${owner.group}
default_login_user = ${owner.user}
first_valid_uid = 1
auth_failure_delay = 0
mail_location = maildir:~/mail
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
passdb {
  driver = static
  args = password=${IMAP_PASSWORD}
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${folder}/home/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
  # No longer waits after each wrong password.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`;
