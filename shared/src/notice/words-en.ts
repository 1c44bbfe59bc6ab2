import type { NoticeWords } from "./words.ts";

export const wordsEn: NoticeWords = {
  title: "About this monitoring",
  screens: {
    why: {
      title: "Who is doing this and why",
      paragraphs: [
        "A court order or other legal authority says that this device may be monitored. The agency named here carries it out.",
        "A program called Overt checks some of what is done on this device. It tells the agency when something matches a rule that your order allows.",
        "It is never hidden. You can open these pages at any time. If you cannot see that it is on, it does not look.",
      ],
      items: [],
      after: [
        "Nothing has been looked at yet. Nothing is looked at until you have read this, given your answer, and your officer has confirmed it.",
      ],
    },
    order: {
      title: "Your order",
      paragraphs: [
        "These are the terms of your order that this program uses. It cannot look for anything that no term allows.",
        "The program checks this on your device. Nobody can add more from far away without a new signed order, and you would be asked to read that first.",
      ],
      items: [],
      after: [],
    },
    "looked-for": {
      title: "What is looked for",
      paragraphs: [
        "The program looks for the things listed here and for nothing else. It checks them on this device.",
        "When something matches, a short signed record is sent. It says which rule matched, which term of your order allows it, when, and how often. It does not hold the web address.",
        "If your order allows it, a sealed note goes with the record. It can hold the name of the website and the words that matched, or the page address, its title and a few words around the match. Only the reviewers named by the agency, its recovery key and this device can open it.",
      ],
      items: [],
      after: [
        "The program also sends a regular sign that it is working, and says when it could not see. That is not held against you.",
        "A match does not mean that you did something wrong. A person always looks at it and decides.",
      ],
    },
    never: {
      title: "What is never looked at",
      paragraphs: ["This program has no way to do any of these things. They are not in it."],
      items: [
        "Your camera",
        "Your microphone or phone calls",
        "Where you are",
        "The keys you press",
        "What you copy and paste",
        "Your passwords and payment details",
        "Pictures of your screen",
        "Your files from far away",
        "Control of your device from far away",
      ],
      after: [
        "Some places are protected. Pages of solicitors, courts, doctors, help lines, Members of Parliament and complaints bodies that are on the protected lists are never checked and never sent.",
        "Other people who use this device in their own account are not monitored. Tell people who use your account that it is monitored.",
      ],
    },
    "who-sees": {
      title: "Who may see what was sent",
      paragraphs: [
        "Only people at the agency whose job it is may see it: reviewers, your officer, and those who check their work.",
        "Each time someone opens one of your records, it is written down. You can see on these pages who looked, by their role, and what they opened.",
        "Records are kept only for as long as the law allows. Your officer can tell you the dates. They may be kept longer if a court needs them.",
      ],
      items: [],
      after: [
        "The monitoring ends when your order ends. The program stops by itself on that day, even with no internet.",
      ],
    },
    rights: {
      title: "Your rights and where to get help",
      paragraphs: ["You can:"],
      items: [
        "see every record that was sent, and save a copy",
        "add your side of the story to any record",
        "say that a match is wrong, or that it was not you",
        "complain",
        "ask the court to change or end your order",
        "show these pages and your copy to a solicitor",
        "remove the program: this always works, and the agency is told that it was removed",
      ],
      after: [
        "Removing the program may break a term of your order. Talk to your officer or a solicitor first.",
        "If the device breaks, or you sell it or lose it, tell your officer.",
        "If something here is hard to understand, ask your officer to go through it with you, or ask for Welsh or Easy Read.",
      ],
    },
    answer: {
      title: "Your answer",
      paragraphs: [
        "You can say that you have read and understood this, or you can decline.",
        "“I have read this” does not mean that you agree with your order. It means that you know what the program does.",
        "If you decline, monitoring does not start and nothing is looked at. Your officer is told that you declined. Your order may say what happens then. You can ask a solicitor before you answer.",
      ],
      items: [],
      after: [],
    },
  },
};
