import { IsEmail, IsOptional, Matches, ValidateBy, type ValidationArguments } from 'class-validator';
import { Settings } from 'daemonry';

/** Settings of the people the application notifies, and of the address it sends from, under `operator`. */
@Settings('operator')
export class OperatorSettings {
  /** The Slack user or channel that is told. Default: none, and nothing is posted. */
  @IsOptional()
  @Matches(/^[A-Z0-9]{2,50}$/, { message: 'slackUser must be an id of Slack, such as U012AB3CD' })
  readonly slackUser?: string;

  /** The operator's own mail address. Default: none, and nothing is mailed. */
  @IsOptional()
  @IsEmail({ require_tld: false })
  readonly email?: string;

  /** The address under which the application sends and receives mail. */
  @IsOptional()
  @IsEmail({ require_tld: false })
  readonly agentEmail?: string;
}

/** A validator for fields of settings classes: the number is not less than that of `field`, another field of the class. */
export function IsAtLeastField(field: string): PropertyDecorator {
  const validate = (value: unknown, args?: ValidationArguments): boolean =>
    Number(value) >= Number((args?.object as Readonly<Record<string, unknown>>)[field]);
  return ValidateBy(
    { name: 'isAtLeastField', constraints: [field], validator: { validate } },
    { message: `$property must be at least ${field}` },
  );
}

/** An address that credentials may be sent to: https, or http on loopback; without credentials, query and fragment. */
export const SAFE_URL = /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)(\/[^\s?#]*)?$/;

/** Like {@link SAFE_URL}, but without a path. */
export const SAFE_ORIGIN = /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)$/;
