/** Why a value does not fit its schema, as zod 4 words it. */
export const schemaIssuePhrases = {
  invalidInput: 'Invalid input: {issue}',
  invalidOption: 'Invalid option: {issue}',
  expectedOneOf: 'expected one of {choices}',
  expectedReceived: 'expected {wanted}, received {found}',
  tooSmall: 'Too small: expected {what} to be {bound}',
  tooBig: 'Too big: expected {what} to be {bound}',
  tooFewItems: 'Too small: expected array to have {bound} items',
  tooManyItems: 'Too big: expected array to have {bound} items',
  tooFewCharacters: 'Too small: expected string to have {bound} characters',
  tooManyCharacters: 'Too big: expected string to have {bound} characters',
  notMultiple: 'Invalid number: must be a multiple of {step}',
  patternMismatch: 'Invalid string: must match pattern {pattern}',
  notPowerOfTwo: 'it must be a power of two',
} as const;
