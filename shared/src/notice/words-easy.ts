import type { NoticeWords } from "./words.ts";

/** Easy Read: one idea in one short sentence. */
export const wordsEasy: NoticeWords = {
  title: "About this monitoring",
  screens: {
    why: {
      title: "Who and why",
      paragraphs: [
        "A court made an order about you.",
        "The order says this device can be checked.",
        "The checks are done by a program. Its name is Overt.",
        "The program is never hidden.",
        "You can open these pages at any time.",
      ],
      items: [],
      after: [
        "Nothing has been checked yet.",
        "Nothing is checked until you give your answer and your officer says yes.",
      ],
    },
    order: {
      title: "Your order",
      paragraphs: [
        "These are the parts of your order that the program uses.",
        "The program can only do what your order says.",
        "If the order changes, you will be told first.",
      ],
      items: [],
      after: [],
    },
    "looked-for": {
      title: "What we look for",
      paragraphs: [
        "We look for the things in this list.",
        "We do not look for anything else.",
        "If the program finds one, it sends a short note to the agency.",
        "The note says which rule and when.",
        "Your order may let it send some words in a locked note.",
        "Only the right people can open a locked note. You can open it too.",
      ],
      items: [],
      after: [
        "The program also says when it is working and when it cannot see.",
        "Finding something does not mean you did wrong.",
        "A person always decides.",
      ],
    },
    never: {
      title: "What we never look at",
      paragraphs: ["The program cannot do these things:"],
      items: [
        "use your camera",
        "listen to you or your calls",
        "see where you are",
        "see the keys you press",
        "see what you copy",
        "see your passwords or bank card",
        "take pictures of your screen",
        "take your files",
        "control your device",
      ],
      after: [
        "Some places are private: solicitors, courts, doctors, help lines, your MP, and places to complain.",
        "We do not check the ones on our private lists.",
        "Tell other people who use your account that it is checked.",
      ],
    },
    "who-sees": {
      title: "Who can see it",
      paragraphs: [
        "Only some people at the agency can see what was sent. It must be part of their job.",
        "When they look, it is written down.",
        "You can see who looked.",
        "Your officer can tell you how long it is kept.",
      ],
      items: [],
      after: ["The program stops when your order ends."],
    },
    rights: {
      title: "Your rights",
      paragraphs: ["You can:"],
      items: [
        "see everything that was sent",
        "save a copy",
        "tell your side",
        "say it was wrong, or it was not you",
        "complain",
        "ask the court to change your order",
        "show this to a solicitor",
        "take the program off. The agency will be told.",
      ],
      after: [
        "Taking the program off may break your order. Talk to your officer first.",
        "If your device breaks or is lost, or you sell it, tell your officer.",
        "If this is hard to understand, ask for help.",
      ],
    },
    answer: {
      title: "Your answer",
      paragraphs: [
        "You can say: I have read this.",
        "It does not mean you agree with the order.",
        "It means you know what the program does.",
        "Or you can say no.",
        "If you say no, the program does not start. Your officer is told. Your order may say what happens next.",
        "You can talk to a solicitor first.",
      ],
      items: [],
      after: [],
    },
  },
};
