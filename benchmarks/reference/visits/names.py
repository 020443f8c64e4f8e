"""Names of the park's visitors: Maghrebi ones as people spell them, in both scripts, and others."""

_GIVEN = (
    "Mohammed Mohamed Muhammad محمد Youssef Yusuf يوسف Bouchra Bushra بشرى Khadija خديجة Tarik "
    "Tariq طارق Hicham Hisham هشام Naïma نعيمة Saâd Saad سعد Karim كريم Leïla Layla ليلى Mehdi "
    "المهدي Salma سلمى Omar عمر Hajar هاجر Anas أنس Camille Pierre Jean Marie Sophie Thomas Anna "
    "John Emma Wei Priya Kofi Aminata Lucía Jürgen Zoë"
)
_FAMILY = (
    "Cherkaoui Sharqawi الشرقاوي Al-Fasi الفاسي Bennani بناني Alaoui العلوي Idrissi الإدريسي Tazi "
    "التازي Berrada برادة Choukri Shukri شكري Jilali الجيلالي Amrani العمراني Ghazi غازي Oujdi "
    "Lahlou لحلو Chraibi الشرايبي Skalli السقلي Durand Martin Bernard Dubois Smith Jones Müller "
    "García Rossi Kowalski Nguyen Okafor Traoré Haddad Mansouri المنصوري Ziani الزياني Belkacem"
)
_COMPANIES = (
    "Atlas Conseil|Maroc Telecom|OCP|Attijari|Durand SA|Nexans|Alstom|Capgemini|Renault|Lydec|"
    "شركة النور|المغرب للأشغال|Bouygues|Veolia|Safran|Sopra|CGI|Deloitte|Orange|Huawei"
)
GIVEN, FAMILY, COMPANIES = _GIVEN.split(), _FAMILY.split(), _COMPANIES.split("|")
