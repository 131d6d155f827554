import { allow, defineHandler } from "../generated/events/onCall.takeShift.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.CustomDataWrite] }, async (payload, context) => {
  const { name, email } = payload;
  const level = Number(payload.level ?? "1");
  const { shifts } = context.customData().roster;
  const [current] = await shifts.list({ filters: { level }, limit: 1 });
  if (current === undefined) await shifts.create({ name, email, level });
  else await shifts.update(current.id, { name, email });
  return allow({ message: `${name} is on call at level ${level}` });
});
