import { ValidateBy, type ValidationArguments } from 'class-validator';

/** A validator for fields of settings classes: the number is not less than that of `field`, another field of the class. */
export function IsAtLeastField(field: string): PropertyDecorator {
  const validate = (value: unknown, args?: ValidationArguments): boolean =>
    Number(value) >= Number((args?.object as Readonly<Record<string, unknown>>)[field]);
  return ValidateBy(
    { name: 'isAtLeastField', constraints: [field], validator: { validate } },
    { message: `$property must be at least ${field}` },
  );
}
