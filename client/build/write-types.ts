import ts from 'typescript';

/**
 * Writes every type that `file` exports as it is once resolved, so that nobody who installs the package needs the
 * schemas that it was inferred from. Of the same type inside another only the name stands.
 */
export function writeTypes(program: ts.Program, file: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is not part of the program.`);
  const exported = checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    type: checker.getDeclaredTypeOfSymbol(symbol),
  }));
  const names = new Map(exported.map(({ name, type }) => [type, name]));
  const writer = new TypeWriter(checker, names);
  const lines = exported.map(({ name, type }) => `export type ${name} = ${writer.writeWhole(type)};\n`);
  return lines.join('\n');
}

class TypeWriter {
  readonly #checker: ts.TypeChecker;
  readonly #names: ReadonlyMap<ts.Type, string>;

  constructor(checker: ts.TypeChecker, names: ReadonlyMap<ts.Type, string>) {
    this.#checker = checker;
    this.#names = names;
  }

  writeWhole(type: ts.Type): string {
    if (type.isUnion()) return this.#writeUnion(type);
    if (this.#isObject(type)) return this.#writeObject(type);
    return this.#checker.typeToString(
      type,
      undefined,
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias,
    );
  }

  #write(type: ts.Type): string {
    const name = this.#names.get(type);
    return name ?? this.writeWhole(type);
  }

  #isObject(type: ts.Type): boolean {
    const isPlain = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
    // The browser's and Node's own, such as Response and Blob, are known by name everywhere.
    const isGlobal = type.symbol?.declarations?.some(
      (declaration) =>
        declaration.getSourceFile().isDeclarationFile && ts.isInterfaceDeclaration(declaration),
    );
    return (
      isPlain &&
      (this.#checker.isArrayLikeType(type) || isGlobal !== true || /Contract|Document/.test(type.symbol.name))
    );
  }

  #writeUnion(type: ts.UnionType): string {
    // A boolean is a union of its two values.
    const isBoolean = (part: ts.Type) => (part.flags & ts.TypeFlags.BooleanLiteral) !== 0;
    const parts = type.types.filter((part) => !isBoolean(part)).map((part) => this.#write(part));
    const booleans = type.types.filter(isBoolean);
    if (booleans.length === 2) parts.push('boolean');
    else parts.push(...booleans.map((part) => this.#checker.typeToString(part)));
    return parts.map((part) => (part.includes('=>') ? `(${part})` : part)).join(' | ');
  }

  #writeObject(type: ts.Type): string {
    if (this.#checker.isTupleType(type)) {
      const parts = this.#checker.getTypeArguments(type as ts.TypeReference).map((part) => this.#write(part));
      return `[${parts.join(', ')}]`;
    }
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return `Array<${item === undefined ? 'unknown' : this.#write(item)}>`;
    }
    const members = this.#checker.getPropertiesOfType(type).map((property) => this.#writeProperty(property));
    const indexes = this.#checker
      .getIndexInfosOfType(type)
      .map(
        ({ keyType, type: value }) => `[key: ${this.#checker.typeToString(keyType)}]: ${this.#write(value)}`,
      );
    return `{ ${[...members, ...indexes].join('; ')} }`;
  }

  #writeProperty(property: ts.Symbol): string {
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const type = this.#checker.getTypeOfSymbol(property);
    const name = /^\w+$/.test(property.name) ? property.name : JSON.stringify(property.name);
    return `${name}${isOptional ? '?' : ''}: ${this.#write(type)}`;
  }
}
