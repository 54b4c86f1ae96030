import { Entity, type Schema } from 'electrodb';

/**
 * Describes a kind of item. Each table gets an entity of its own: ElectroDB binds an entity to the client of the last
 * service that it joined.
 */
export const defineEntity =
  <A extends string, F extends string, C extends string, S extends Schema<A, F, C>>(schema: S) =>
  () =>
    new Entity<A, F, C, S>(schema);
