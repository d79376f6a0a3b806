import { ArrayMaxSize, IsArray, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Secret, Settings } from 'daemonry';

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:]{2,45}$/;

/** Settings of the HTTP server, under `web`. */
@Settings('web')
export class WebSettings {
  /** The address to listen on. Nothing asks who calls: beyond loopback, put something in front that does. */
  @Matches(HOST, { message: 'host must be an IP address or a host name, without a port' })
  readonly host: string = '127.0.0.1';

  /** The port to listen on; 0 is any free one. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port: number = 9119;

  /** Host names, beside those of loopback, under which a server on loopback may be called: those of a proxy before it. */
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(HOST, { each: true, message: 'each of allowedHosts must be a host name, without a port' })
  readonly allowedHosts: readonly string[] = [];

  /** What a caller has to send as a bearer token to change something. Default: none; then only loopback may. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{16,500}$/, {
    message: 'operatorToken must be one word of 16 to 500 printable ASCII characters',
  })
  readonly operatorToken?: string;
}
