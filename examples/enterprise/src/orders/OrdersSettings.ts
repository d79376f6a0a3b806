import { IsOptional, IsString, IsUrl } from 'class-validator';
import { Secret, Settings } from 'daemonry';

@Settings('orders')
export class OrdersSettings {
  /** The partner's service. */
  @IsUrl({ require_tld: false, require_protocol: true })
  readonly url!: string;

  @Secret()
  @IsOptional()
  @IsString()
  readonly token?: string;
}
