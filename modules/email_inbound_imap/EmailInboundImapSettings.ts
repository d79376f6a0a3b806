import { ArrayMaxSize, IsArray, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { type Duration, IsDuration, Secret, Settings } from 'daemonry';

import { IsMailEncryption, type MailEncryption } from '../shared/mail';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SENDER = /^[^\s@,;<>"]{0,64}@[^\s@,;<>"]{1,253}$/;

/** Settings of the incoming mail, under `email_inbound_imap`. The person whose mail is obeyed is set under `operator`. */
@Settings('email_inbound_imap')
export class EmailInboundImapSettings {
  /** Host name or IP address of the IMAP server. */
  @Matches(/^[A-Za-z0-9.:_-]{1,253}$/, { message: 'host must be a host name or an IP address, without a port' })
  readonly host: string = 'imap.purelymail.com';

  /** Port of the IMAP server. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  readonly port: number = 993;

  /** TLS: from the start, after the greeting, or none. */
  @IsMailEncryption()
  readonly tls: MailEncryption = 'implicit';

  /** A PEM file with the certificate authorities to trust. Default: those of Node. */
  @IsOptional()
  @Length(1, 1_000)
  readonly caFile?: string;

  /** User name for the login. Default: none, which disables the daemon. */
  @IsOptional()
  @Matches(/^\P{Cc}{1,320}$/u, { message: 'user must be one line of text' })
  readonly user?: string;

  /** Password for the login. Default: none, which disables the daemon. */
  @Secret()
  @IsOptional()
  @Matches(/^\P{Cc}{1,500}$/u, { message: 'appPassword must be one line of text' })
  readonly appPassword?: string;

  /** Time limit of one step: connecting, a fetch, a mark. */
  @IsDuration({ min: '10ms', max: '5m' })
  readonly timeout: Duration = '30s';

  /** Senders whose mail is accepted: addresses, and domains as `@example.com`. Empty: nobody's. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @Matches(SENDER, { each: true, message: 'each of senderAllowlist must be an address, or a domain as @example.com' })
  readonly senderAllowlist: readonly string[] = [];

  /**
   * Name of the server whose `Authentication-Results` headers are trusted, as it stands in them. The server must remove headers
   * with its name from incoming mail. Default: none, and SPF, DKIM and DMARC are not checked.
   */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,253}$/, { message: 'authenticationHost must be a host name' })
  readonly authenticationHost?: string;

  /** Maximum size of a mail in bytes; larger ones are refused. */
  @IsInt()
  @Min(KIB)
  @Max(100 * MIB)
  readonly maxMessageBytes: number = 5 * MIB;

  /** Maximum number of mails per poll; the others wait for the next. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly maxPerPoll: number = 50;
}
