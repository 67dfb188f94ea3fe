"""What the sample company calls its departments, steps, goods and people: English, Chinese, Russian."""

from __future__ import annotations

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "zh", "ru")

COMPANY = ("Sample company", "示例公司", "Учебная компания")

DEPARTMENTS = {
    "front": ("Front desk", "客服前台", "Отдел обслуживания"),
    "billing": ("Billing", "结算部", "Расчётный отдел"),
    "delivery": ("Delivery", "配送部", "Служба доставки"),
    "warehouse": ("Warehouse", "仓储部", "Склад"),
    "quality": ("Quality", "品控部", "Контроль качества"),
    "partner": ("Partner", "合作商户", "Партнёр"),
}

ACTIVITIES = {
    "register": ("Register case", "受理登记", "Регистрация обращения"),
    "clarify": ("Ask customer for details", "向客户核实情况", "Уточнение у клиента"),
    "trace": ("Trace delivery", "查询配送", "Поиск доставки"),
    "check_payment": ("Check payment", "核对付款", "Проверка оплаты"),
    "approve_replacement": ("Approve replacement", "换货审批", "Согласование замены"),
    "approve_refund": ("Approve refund", "退款审批", "Согласование возврата денег"),
    "pay_refund": ("Pay refund", "退款打款", "Выплата возврата"),
    "invoice": ("Issue invoice", "开具账单", "Выставление счёта"),
    "pick": ("Pick goods", "拣货", "Комплектация"),
    "pack": ("Pack goods", "打包", "Упаковка"),
    "plan": ("Plan delivery", "安排配送", "Планирование доставки"),
    "deliver": ("Deliver to customer", "送货上门", "Доставка клиенту"),
    "collect": ("Collect returned goods", "上门取回退货", "Забор товара у клиента"),
    "inspect": ("Inspect goods", "商品质检", "Проверка товара"),
    "investigate": ("Investigate complaint", "投诉调查", "Расследование жалобы"),
    "partner_review": ("Partner reviews claim", "合作商核查", "Рассмотрение партнёром"),
    "reply": ("Reply to customer", "答复客户", "Ответ клиенту"),
    "callback": ("Call customer back", "电话回访", "Контрольный звонок"),
    "resolve": ("Resolve case", "确认解决", "Решение обращения"),
    "reopen": ("Reopen case", "重新打开工单", "Повторное открытие"),
    "close": ("Close case", "自动关单", "Закрытие обращения"),
}

CASE_TYPES = {
    "late": ("Late or missing delivery", "配送延误或漏送", "Задержка или недовоз"),
    "damaged": ("Wrong or damaged goods", "错发或破损", "Пересорт или бой"),
    "refund": ("Refund", "退款", "Возврат денег"),
    "standing": ("Standing order", "定期配送", "Регулярная доставка"),
    "partner": ("Partner's goods", "合作商商品", "Товар партнёра"),
    "complaint": ("Complaint about service", "服务投诉", "Жалоба на обслуживание"),
}

ATTRIBUTES = {
    "case_type": ("case_type", "业务类型", "Тип обращения"),
    "channel": ("channel", "渠道", "Канал"),
    "customer_tier": ("customer_tier", "客户等级", "Категория клиента"),
    "product": ("product", "商品", "Товар"),
    "region": ("region", "区域", "Район"),
}

CHANNELS = (
    ("Phone", "电话", "Телефон"),
    ("App", "手机应用", "Приложение"),
    ("WeChat", "微信", "WeChat"),
    ("E-mail", "电子邮件", "Электронная почта"),
)
TIERS = (("Gold", "金卡", "Золотая"), ("Silver", "银卡", "Серебряная"), ("Standard", "普通", "Стандартная"))
PRODUCTS = (
    ("Rice", "大米", "Рис"),
    ("Cooking oil", "食用油", "Растительное масло"),
    ("Fresh vegetables", "新鲜蔬菜", "Свежие овощи"),
    ("Drinking water", "饮用水", "Питьевая вода"),
    ("Ready meals", "预制菜", "Готовые блюда"),
)
REGIONS = (
    ("Pudong", "浦东", "Пудун"),
    ("Xuhui", "徐汇", "Сюйхуэй"),
    ("Minhang", "闵行", "Миньхан"),
    ("Jing'an", "静安", "Цзинъань"),
    ("Yangpu", "杨浦", "Янпу"),
)
SYSTEM = ("System", "系统", "Система")

STAFF = (
    ("Li Na", "李娜", "Ли На"),
    ("Wang Fang", "王芳", "Ван Фан"),
    ("Zhang Min", "张敏", "Чжан Минь"),
    ("Liu Yang", "刘洋", "Лю Ян"),
    ("Chen Jing", "陈静", "Чэнь Цзин"),
    ("Yang Lei", "杨磊", "Ян Лэй"),
    ("Zhao Qiang", "赵强", "Чжао Цян"),
    ("Huang Yan", "黄艳", "Хуан Янь"),
    ("Zhou Jie", "周杰", "Чжоу Цзе"),
    ("Wu Xia", "吴霞", "У Ся"),
    ("Xu Ping", "徐萍", "Сюй Пин"),
    ("Sun Bo", "孙波", "Сунь Бо"),
    ("Ma Chao", "马超", "Ма Чао"),
    ("Zhu Hong", "朱红", "Чжу Хун"),
    ("Hu Bin", "胡斌", "Ху Бинь"),
    ("Guo Li", "郭丽", "Го Ли"),
    ("He Gang", "何刚", "Хэ Ган"),
    ("Gao Ming", "高明", "Гао Мин"),
    ("Lin Tao", "林涛", "Линь Тао"),
    ("Luo Hui", "罗慧", "Ло Хуэй"),
    ("Zheng Kai", "郑凯", "Чжэн Кай"),
    ("Liang Xue", "梁雪", "Лян Сюэ"),
    ("Xie Jun", "谢军", "Се Цзюнь"),
    ("Song Ting", "宋婷", "Сун Тин"),
    ("Tang Liang", "唐亮", "Тан Лян"),
    ("Han Mei", "韩梅", "Хань Мэй"),
    ("Feng Yu", "冯宇", "Фэн Юй"),
    ("Dong Qin", "董琴", "Дун Цинь"),
    ("Cao Wei", "曹伟", "Цао Вэй"),
    ("Yuan Dan", "袁丹", "Юань Дань"),
)
