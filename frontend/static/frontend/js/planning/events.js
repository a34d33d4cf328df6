/** What the desk's parts say to each other. */
export const CALLS_SHOWN = "calls:shown";
export const CALL_ASKED = "call:asked";
export const MOVE_ASKED = "move:asked";
