import { ArrayMaxSize, IsArray, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Secret, Settings } from 'daemonry';

import { IsMailEncryption, type MailEncryption } from '../shared/mailEncryption';

const MIB = 1_048_576;
const DOMAIN = /^[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;

/** Settings of the outgoing mail, under `purelymail`. */
@Settings('purelymail')
export class PurelymailSettings {
  /** The SMTP server. */
  @Matches(/^[A-Za-z0-9.:_-]{1,253}$/, { message: 'host must be a host name or an IP address, without a port' })
  readonly host: string = 'smtp.purelymail.com';

  /** The SMTP server's port. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  readonly port: number = 465;

  /** Whether TLS comes at once, after the greeting, or not at all. */
  @IsMailEncryption()
  readonly tls: MailEncryption = 'implicit';

  /** A PEM file with the authorities that are trusted. Default: those of Node. */
  @IsOptional()
  @Length(1, 1_000)
  readonly caFile?: string;

  /** The name to log in with. Default: none, which disables the client. */
  @IsOptional()
  @Matches(/^\P{Cc}{1,320}$/u, { message: 'user must be one line of text' })
  readonly user?: string;

  /** The password to log in with. Default: none, which disables the client. */
  @Secret()
  @IsOptional()
  @Matches(/^\P{Cc}{1,500}$/u, { message: 'appPassword must be one line of text' })
  readonly appPassword?: string;

  /** The domains that may stand in a sender's address; with none, nothing is sent. */
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(DOMAIN, { each: true, message: 'each of allowedFromDomains must be a domain name' })
  readonly allowedFromDomains: readonly string[] = [];

  /** How long one attempt to send may take. */
  @IsDuration({ min: '10ms', max: '5m' })
  readonly timeout: Duration = '30s';

  /** The most recipients of one mail, `cc` included. */
  @IsInt()
  @Min(1)
  @Max(100)
  readonly maxRecipients: number = 10;

  /** The most bytes of one attachment. */
  @IsInt()
  @Min(0)
  @Max(100 * MIB)
  readonly maxAttachmentBytes: number = 10 * MIB;

  /** The most bytes of a mail: its text and its attachments, before they are encoded. */
  @IsInt()
  @Min(1)
  @Max(100 * MIB)
  readonly maxTotalBytes: number = 25 * MIB;
}
