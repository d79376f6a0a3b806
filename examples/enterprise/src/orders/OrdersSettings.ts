import { IsOptional, IsString, IsUrl } from 'class-validator';
import { Secret, Settings } from 'daemonry';

/** Settings of the import, under `orders`. */
@Settings('orders')
export class OrdersSettings {
  /** URL of the partner's service. */
  @IsUrl({ require_tld: false, require_protocol: true })
  readonly url!: string;

  /** Sent to the partner as a bearer token. Default: none. */
  @Secret()
  @IsOptional()
  @IsString()
  readonly token?: string;
}
