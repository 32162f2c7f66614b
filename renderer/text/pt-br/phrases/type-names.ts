const names: Readonly<Record<string, string>> = {
  array: 'uma lista',
  boolean: 'true ou false',
  int: 'um número inteiro',
  null: 'null',
  number: 'um número',
  object: 'um grupo de chaves',
  string: 'um texto',
  undefined: 'nada',
};

/** What zod calls a type, in Portuguese. */
export const typeName = (type: string): string => names[type] ?? type;
