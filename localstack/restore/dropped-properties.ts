/** What an emulator applies of a resource, by type. Types that are not listed are not judged. */
export type HonouredProperties = Readonly<Record<string, readonly string[]>>;

/** The part of a CloudFormation template that is looked at. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>> | undefined;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> | undefined;
}

/** A property that the emulator has forgotten. */
export interface DroppedProperty {
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
  readonly value: unknown;
}

/** What an emulator drops of a template. */
export function findDroppedProperties(
  template: Template,
  honouredByType: HonouredProperties,
): DroppedProperty[] {
  return Object.entries(template.Resources ?? {}).flatMap(([logicalId, { Type: type, Properties }]) => {
    const honoured = honouredByType[type];
    if (honoured === undefined) return [];
    return Object.entries(Properties ?? {})
      .filter(([property]) => !honoured.includes(property))
      .map(([property, value]) => ({ logicalId, type, property, value }));
  });
}

/** Whether a value stands in the template as it will be, with no reference to resolve. */
export function isLiteral(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isLiteral);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([key, inside]) => key !== 'Ref' && !key.startsWith('Fn::') && isLiteral(inside),
  );
}
