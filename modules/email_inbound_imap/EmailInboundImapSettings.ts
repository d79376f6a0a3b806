import { ArrayMaxSize, IsArray, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Secret, Settings } from 'daemonry';

import { IsMailEncryption, type MailEncryption } from '../shared/mailEncryption';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SENDER = /^[^\s@,;<>"]{0,64}@[^\s@,;<>"]{1,253}$/;

/** Settings of the incoming mail, under `email_inbound_imap`. Whose mail is obeyed is under `operator`. */
@Settings('email_inbound_imap')
export class EmailInboundImapSettings {
  /** The IMAP server. */
  @Matches(/^[A-Za-z0-9.:_-]{1,253}$/, { message: 'host must be a host name or an IP address, without a port' })
  readonly host: string = 'imap.purelymail.com';

  /** The IMAP server's port. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  readonly port: number = 993;

  /** Whether TLS comes at once, after the greeting, or not at all. */
  @IsMailEncryption()
  readonly tls: MailEncryption = 'implicit';

  /** A PEM file with the authorities that are trusted. Default: those of Node. */
  @IsOptional()
  @Length(1, 1_000)
  readonly caFile?: string;

  /** The name to log in with. Default: none, which disables the daemon. */
  @IsOptional()
  @Matches(/^\P{Cc}{1,320}$/u, { message: 'user must be one line of text' })
  readonly user?: string;

  /** The password to log in with. Default: none, which disables the daemon. */
  @Secret()
  @IsOptional()
  @Matches(/^\P{Cc}{1,500}$/u, { message: 'appPassword must be one line of text' })
  readonly appPassword?: string;

  /** How long one step may take: connecting, a fetch, a mark. */
  @IsDuration({ min: '10ms', max: '5m' })
  readonly timeout: Duration = '30s';

  /** Whose mail is looked at: addresses, and domains as `@example.com`; with none, nobody's. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @Matches(SENDER, { each: true, message: 'each of senderAllowlist must be an address, or a domain as @example.com' })
  readonly senderAllowlist: readonly string[] = [];

  /**
   * The server whose `Authentication-Results` are believed, as it calls itself there. It must remove such headers of its
   * name from the mail it takes. Default: none, and SPF, DKIM and DMARC are not asked for.
   */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,253}$/, { message: 'authenticationHost must be a host name' })
  readonly authenticationHost?: string;

  /** The largest mail that is read, in bytes. */
  @IsInt()
  @Min(KIB)
  @Max(100 * MIB)
  readonly maxMessageBytes: number = 5 * MIB;

  /** The most mails of one poll; the others wait for the next. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly maxPerPoll: number = 50;
}
