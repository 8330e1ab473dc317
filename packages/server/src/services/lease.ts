/** How long an agent may stay silent before another one takes over what it looked after. */
export const LEASE_SECONDS = 30;
