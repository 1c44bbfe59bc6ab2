import type { NoticeWords } from "./words.ts";

export const wordsCy: NoticeWords = {
  title: "Ynglŷn â’r monitro hwn",
  screens: {
    why: {
      title: "Pwy sy’n gwneud hyn a pham",
      paragraphs: [
        "Mae gorchymyn llys neu awdurdod cyfreithiol arall yn dweud y caniateir monitro’r ddyfais hon. Yr asiantaeth a enwir yma sy’n ei wneud.",
        "Mae rhaglen o’r enw Overt yn gwirio rhywfaint o’r hyn a wneir ar y ddyfais hon. Mae’n dweud wrth yr asiantaeth pan fydd rhywbeth yn cyfateb i reol y mae eich gorchymyn yn ei chaniatáu.",
        "Nid yw byth yn gudd. Gallwch agor y tudalennau hyn unrhyw bryd. Os na allwch weld ei bod ymlaen, nid yw’n edrych.",
      ],
      items: [],
      after: [
        "Nid oes dim wedi’i wirio eto. Ni chaiff dim ei wirio nes i chi ddarllen hwn a rhoi eich ateb, ac i’ch swyddog ei gadarnhau.",
      ],
    },
    order: {
      title: "Eich gorchymyn",
      paragraphs: [
        "Dyma delerau eich gorchymyn y mae’r rhaglen hon yn eu defnyddio. Ni all chwilio am ddim nad oes telerau’n ei ganiatáu.",
        "Mae’r rhaglen yn gwirio hyn ar eich dyfais. Ni all neb ychwanegu mwy o bell heb orchymyn newydd wedi’i lofnodi, a byddai gofyn i chi ddarllen hwnnw’n gyntaf.",
      ],
      items: [],
      after: [],
    },
    "looked-for": {
      title: "Beth y chwilir amdano",
      paragraphs: [
        "Mae’r rhaglen yn chwilio am y pethau a restrir yma ac am ddim byd arall. Mae’n eu gwirio ar y ddyfais hon.",
        "Pan fydd rhywbeth yn cyfateb, anfonir cofnod byr wedi’i lofnodi. Mae’n dweud pa reol a gyfatebodd, pa deler o’ch gorchymyn sy’n ei ganiatáu, pryd, a pha mor aml. Nid yw’n cynnwys y cyfeiriad gwe.",
        "Os yw eich gorchymyn yn caniatáu hynny, aiff nodyn dan sêl gyda’r cofnod. Gall gynnwys enw’r wefan a’r geiriau a gyfatebodd, neu gyfeiriad y dudalen, ei theitl ac ychydig eiriau o amgylch y geiriau a gyfatebodd. Dim ond yr adolygwyr a enwir gan yr asiantaeth, ei hallwedd adfer a’r ddyfais hon all ei agor.",
      ],
      items: [],
      after: [
        "Mae’r rhaglen hefyd yn anfon arwydd rheolaidd ei bod yn gweithio, ac yn dweud pan na allai weld. Ni chaiff hynny ei ddal yn eich erbyn.",
        "Nid yw cyfatebiad yn golygu eich bod wedi gwneud rhywbeth o’i le. Mae person bob amser yn edrych arno ac yn penderfynu.",
      ],
    },
    never: {
      title: "Beth na chaiff byth ei wirio",
      paragraphs: ["Nid oes gan y rhaglen hon unrhyw ffordd o wneud y pethau hyn. Nid ydynt ynddi."],
      items: [
        "Eich camera",
        "Eich meicroffon neu’ch galwadau ffôn",
        "Ble rydych chi",
        "Y bysellau rydych yn eu pwyso",
        "Yr hyn rydych yn ei gopïo a’i ludo",
        "Eich cyfrineiriau a’ch manylion talu",
        "Lluniau o’ch sgrin",
        "Eich ffeiliau o bell",
        "Rheoli eich dyfais o bell",
      ],
      after: [
        "Mae rhai lleoedd wedi’u diogelu. Nid yw tudalennau cyfreithwyr, llysoedd, meddygon, llinellau cymorth, Aelodau Seneddol a chyrff cwynion sydd ar y rhestrau gwarchodedig byth yn cael eu gwirio na’u hanfon.",
        "Nid yw pobl eraill sy’n defnyddio’r ddyfais hon yn eu cyfrif eu hunain yn cael eu monitro. Dywedwch wrth bobl sy’n defnyddio eich cyfrif chi ei fod yn cael ei fonitro.",
      ],
    },
    "who-sees": {
      title: "Pwy all weld yr hyn a anfonwyd",
      paragraphs: [
        "Dim ond pobl yn yr asiantaeth sydd â’r gwaith hwnnw all ei weld: adolygwyr, eich swyddog, a’r rhai sy’n gwirio eu gwaith.",
        "Bob tro y bydd rhywun yn agor un o’ch cofnodion, caiff hynny ei nodi. Gallwch weld ar y tudalennau hyn pwy edrychodd, yn ôl eu rôl, a beth a agorwyd ganddynt.",
        "Dim ond cyhyd ag y mae’r gyfraith yn caniatáu y cedwir cofnodion. Gall eich swyddog roi’r dyddiadau i chi. Gellir eu cadw’n hirach os oes eu hangen ar lys.",
      ],
      items: [],
      after: [
        "Mae’r monitro’n dod i ben pan ddaw eich gorchymyn i ben. Mae’r rhaglen yn stopio ohoni’i hun ar y diwrnod hwnnw, hyd yn oed heb y rhyngrwyd.",
      ],
    },
    rights: {
      title: "Eich hawliau a ble i gael help",
      paragraphs: ["Gallwch:"],
      items: [
        "weld pob cofnod a anfonwyd, a chadw copi",
        "ychwanegu eich ochr chi o’r stori at unrhyw gofnod",
        "dweud bod cyfatebiad yn anghywir, neu nad chi oedd yno",
        "cwyno",
        "gofyn i’r llys newid eich gorchymyn neu ddod ag ef i ben",
        "dangos y tudalennau hyn a’ch copi i gyfreithiwr",
        "tynnu’r rhaglen: mae hyn bob amser yn gweithio, a dywedir wrth yr asiantaeth ei bod wedi’i thynnu",
      ],
      after: [
        "Gallai tynnu’r rhaglen dorri un o delerau eich gorchymyn. Siaradwch â’ch swyddog neu gyfreithiwr yn gyntaf.",
        "Os bydd y ddyfais yn torri, neu os byddwch yn ei gwerthu neu’n ei cholli, dywedwch wrth eich swyddog.",
        "Os oes rhywbeth yma’n anodd ei ddeall, gofynnwch i’ch swyddog fynd drwyddo gyda chi, neu gofynnwch am fersiwn Saesneg neu Hawdd ei Deall.",
      ],
    },
    answer: {
      title: "Eich ateb",
      paragraphs: [
        "Gallwch ddweud eich bod wedi darllen a deall hwn, neu gallwch wrthod.",
        "Nid yw “Rwyf wedi darllen hwn” yn golygu eich bod yn cytuno â’ch gorchymyn. Mae’n golygu eich bod yn gwybod beth mae’r rhaglen yn ei wneud.",
        "Os gwrthodwch, nid yw’r monitro’n dechrau ac ni chaiff dim ei wirio. Dywedir wrth eich swyddog eich bod wedi gwrthod. Gall eich gorchymyn ddweud beth sy’n digwydd wedyn. Gallwch ofyn i gyfreithiwr cyn ateb.",
      ],
      items: [],
      after: [],
    },
  },
};
