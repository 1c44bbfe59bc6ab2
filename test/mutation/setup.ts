import fc from "fast-check";

// The same cases for every change: a change that lives does so each time.
fc.configureGlobal({ seed: 20_261_125 });
