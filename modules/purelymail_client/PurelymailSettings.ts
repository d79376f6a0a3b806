import { ArrayMaxSize, IsArray, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { type Duration, IsDuration, Secret, Settings } from 'daemonry';

import { IsMailEncryption, type MailEncryption } from '../shared/mail';

const MIB = 1_048_576;
const DOMAIN = /^[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;

/** Settings of the outgoing mail, under `purelymail`. */
@Settings('purelymail')
export class PurelymailSettings {
  /** Host name or IP address of the SMTP server. */
  @Matches(/^[A-Za-z0-9.:_-]{1,253}$/, { message: 'host must be a host name or an IP address, without a port' })
  readonly host: string = 'smtp.purelymail.com';

  /** Port of the SMTP server. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  readonly port: number = 465;

  /** TLS: from the start, after the greeting, or none. */
  @IsMailEncryption()
  readonly tls: MailEncryption = 'implicit';

  /** A PEM file with the certificate authorities to trust. Default: those of Node. */
  @IsOptional()
  @Length(1, 1_000)
  readonly caFile?: string;

  /** User name for the login. Default: none, which disables the client. */
  @IsOptional()
  @Matches(/^\P{Cc}{1,320}$/u, { message: 'user must be one line of text' })
  readonly user?: string;

  /** Password for the login. Default: none, which disables the client. */
  @Secret()
  @IsOptional()
  @Matches(/^\P{Cc}{1,500}$/u, { message: 'appPassword must be one line of text' })
  readonly appPassword?: string;

  /** Domains that senders' addresses may have. Empty: nothing is sent. */
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(DOMAIN, { each: true, message: 'each of allowedFromDomains must be a domain name' })
  readonly allowedFromDomains: readonly string[] = [];

  /** Time limit of one attempt to send. */
  @IsDuration({ min: '10ms', max: '5m' })
  readonly timeout: Duration = '30s';

  /** Maximum number of recipients of a mail, `cc` included. */
  @IsInt()
  @Min(1)
  @Max(100)
  readonly maxRecipients: number = 10;

  /** Maximum size of an attachment in bytes. */
  @IsInt()
  @Min(0)
  @Max(100 * MIB)
  readonly maxAttachmentBytes: number = 10 * MIB;

  /** Maximum size of a mail in bytes: its text and its attachments, before encoding. */
  @IsInt()
  @Min(1)
  @Max(100 * MIB)
  readonly maxTotalBytes: number = 25 * MIB;
}
