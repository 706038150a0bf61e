import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes sentences.tsv: Chinese characters with the labels B, M, E and S (begin, middle and end of a
 * word, single). Usage: java -Dfile.encoding=UTF-8 MakeSentences.java > sentences.tsv
 *
 * <p>The sentences come from the small grammar below, with a fixed seed; they say little, but their
 * words are cut as in real text. Many are about strings that can be cut in two ways, and only what
 * follows tells which: 研究生|毕业 but 研究|生命, 学生会|主席 but 学生|会|唱歌, 从小|学 but 从|小学, 将来|想
 * but 将|来, 和服 but 和|服务, 马上|走 but 马|上|坐, 美国|会|赢 but 美|国会, 白天|睡觉 but 白|天鹅.
 */
final class MakeSentences {
  private static final int SENTENCES = 2200;
  private static final long SEED = 1;

  /** Words between blanks; $name stands for one line of RULES. */
  private static final String[] SENTENCE = {
    "$when $who $does", "$who $when $does", "$who 在 $where $does", "$who $does 了",
    "$who 研究 $science", "$who 在 $where 研究 $science", "研究生 $does", "$when 研究生 $does",
    "研究生 研究 $science", "研究 $science 很 $how", "研究生 生活 很 $how",
    "研究生 在 $where $does", "大学生 $does", "$when 大学生 在 $where $does",
    "$who 喜欢 大学 生活", "大学 生活 很 $how", "大学生 喜欢 $thing", "$who 说 大学 生活 很 $how",
    "$who 是 中国人", "中国人 喜欢 $thing", "中国人 $does", "中国 人民 喜欢 $thing", "中国 人口 很 $how",
    "学生会 主席 $does", "$when 学生会 主席 在 $where $does", "学生会 很 $how", "学生 会 $skill",
    "这些 学生 会 $skill", "学生 会 在 $where $does", "$who 从小 学 $subject", "$who 从小 学习 $subject",
    "$who 从 小学 $leave", "$when $who 从 小学 $leave", "$who 将来 想 $does", "$who 将来 要 $does",
    "$who 将 来 $where", "$who 将来 想 去 $where", "$when $who 去 $where $does",
    "$who $when 将 来 $where", "$who 买 了 和服", "这 件 和服 很 $how",
    "产品 和 服务 很 $how", "$thing 和 服装 很 $how", "$who 马上 $does", "$who 马上 来 $where",
    "马 上 坐 着 $who", "那 匹 马 上 坐 着 $who", "美国 会 赢", "$who 说 美国 会 $does", "美国 会 来 $where",
    "美 国会 通过 了 $paper", "$who 说 美 国会 在 $when $does", "白天 $who $does", "白天 睡觉 很 $how",
    "白 天鹅 在 $where $swim", "那 只 白 天鹅 很 $how", "门 把手 坏 了", "$who 修 门 把手",
    "$who 把 手 洗 了", "把 手 放 在 $where", "$who 才 能 $does", "$who $when 才 能 来 $where",
    "$who 的 才能 很 $how", "$who 有 才能", "三 个 人 在 $where $does", "$who 个人 喜欢 $thing",
    "两 个 人民 代表 $does", "$who 和 $who $does", "$who 和 $who 在 $where $does",
  };

  private static final String[][] RULES = {
    {"when", "今天", "明天", "昨天", "现在", "早上", "晚上", "周末", "去年"},
    {"who", "我", "你", "他", "她", "我们", "他们", "老师", "朋友", "妈妈", "爸爸", "医生", "科学家",
      "学生", "同学", "小李", "老王", "弟弟", "姐姐"},
    {"where", "北京", "上海", "学校", "家里", "图书馆", "公园", "湖边", "火车站", "教室", "广州"},
    {"does", "唱歌", "跳舞", "睡觉", "吃饭", "看 书", "喝 茶", "看 电影", "写 信", "工作", "上课",
      "打 电话", "骑 自行车", "休息", "毕业", "开会", "学 $subject", "买 $thing"},
    {"science", "生命", "生物", "生物学", "历史", "数学", "语言", "生活", "生产", "人类", "经济学"},
    {"subject", "音乐", "中文", "英语", "数学", "画画", "历史", "书法"},
    {"skill", "唱歌", "跳舞", "说 中文", "说 英语", "游泳", "画画", "骑 马"},
    {"thing", "苹果", "茶", "书", "电影", "自行车", "水果", "面包", "音乐", "花", "电视机"},
    {"how", "好", "大", "多", "漂亮", "便宜", "有意思", "重要", "贵", "简单", "特别"},
    {"leave", "毕业", "开始", "回家", "出来"},
    {"paper", "法律", "计划", "决定", "报告"},
    {"swim", "游泳", "休息", "唱歌", "吃 东西"},
  };

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Map<String, String[]> rules = new HashMap<>();

  private MakeSentences() {
    for (String[] rule : RULES) {
      rules.put("$" + rule[0], rule);
    }
  }

  /** The words of a text in which rules stand for themselves. */
  private List<String> expand(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split(" ")) {
      String[] rule = rules.get(word);
      if (rule == null) {
        words.add(word);
      } else {
        words.addAll(expand(rule[1 + random.nextInt(rule.length - 1)]));
      }
    }
    return words;
  }

  private static void print(List<String> words, PrintStream out) {
    for (String word : words) {
      int last = word.length() - 1;
      for (int k = 0; k <= last; k++) {
        String label = last == 0 ? "S" : k == 0 ? "B" : k == last ? "E" : "M";
        out.print(word.charAt(k) + "\t" + label + "\n");
      }
    }
    out.print("\n");
  }

  public static void main(String[] args) {
    MakeSentences grammar = new MakeSentences();
    Set<List<String>> sentences = new LinkedHashSet<>(); // each once
    while (sentences.size() < SENTENCES) {
      sentences.add(grammar.expand(SENTENCE[grammar.random.nextInt(SENTENCE.length)]));
    }
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    sentences.forEach(words -> print(words, out));
    out.flush();
  }
}
